import type { Language } from './text/phrasebook.ts';
import type { ZoneRule } from './zone-rule.ts';

/** A region: where people live, their languages and their names. */
export type Region = {
  readonly city: string;
  readonly zone: ZoneRule;
  /** The first is spoken most. */
  readonly languages: readonly Language[];
  /** Eight names of at most five letters. No other region has them, so that handles are unique. */
  readonly first: string;
  /** Eight names of at most five letters. */
  readonly last: string;
};

function zone(name: string, hours: number, summer: ZoneRule['summer'] = 'NONE'): ZoneRule {
  return { zone: name, standardMinutes: hours * 60, summer };
}

/** Sixteen regions; consecutive accounts are in different ones. */
export const regions: readonly Region[] = [
  {
    city: 'New York',
    zone: zone('America/New_York', -5, 'US'),
    languages: ['en', 'es'],
    first: 'Maya Ethan Ava Caleb Zoe Mason Ella Owen',
    last: 'Lang Reed Cole Hayes Brown Stone Park West',
  },
  {
    city: 'Berlin',
    zone: zone('Europe/Berlin', 1, 'EU'),
    languages: ['de', 'en'],
    first: 'Lena Jonas Mia Felix Greta Paul Ida Max',
    last: 'Vogel Braun Wolf Koch Frank Roth Lang Busch',
  },
  {
    city: 'Tokyo',
    zone: zone('Asia/Tokyo', 9),
    languages: ['ja', 'en'],
    first: 'Yuki Haru Aoi Sora Ren Mei Kenji Nana',
    last: 'Sato Mori Ono Kato Abe Endo Ueda Ito',
  },
  {
    city: 'London',
    zone: zone('Europe/London', 0, 'EU'),
    languages: ['en'],
    first: 'Isla Harry Freya Jack Poppy Alfie Ruby Theo',
    last: 'Clark Green Hill Shaw Wood King Price Webb',
  },
  {
    city: 'Madrid',
    zone: zone('Europe/Madrid', 1, 'EU'),
    languages: ['es', 'en'],
    first: 'Lucia Pablo Carla Diego Alba Mario Sara Hugo',
    last: 'Ruiz Gil Sanz Leon Vega Mora Cruz Soto',
  },
  {
    city: 'Kathmandu',
    zone: zone('Asia/Kathmandu', 5.75),
    languages: ['ne', 'en'],
    first: 'Asha Bikas Sita Nabin Maiya Kiran Puja Suman',
    last: 'Rai Gurun Lama Thapa Karki Magar Rana Shah',
  },
  {
    city: 'São Paulo',
    zone: zone('America/Sao_Paulo', -3),
    languages: ['pt', 'en'],
    first: 'Bia Caio Luana Tiago Duda Rafa Livia Igor',
    last: 'Silva Souza Lima Alves Rocha Nunes Melo Dias',
  },
  {
    city: 'San Francisco',
    zone: zone('America/Los_Angeles', -8, 'US'),
    languages: ['en'],
    first: 'Kai Chloe Dylan Naomi Jude Tessa Milo Priya',
    last: 'Chen Patel Kim Ross Nash Young Bell Ford',
  },
  {
    city: 'Paris',
    zone: zone('Europe/Paris', 1, 'EU'),
    languages: ['fr', 'en'],
    first: 'Elise Louis Manon Jules Ines Remi Lea Noe',
    last: 'Petit Roux Blanc Morel Faure Giry Noel Henry',
  },
  {
    city: 'Mumbai',
    zone: zone('Asia/Kolkata', 5.5),
    languages: ['hi', 'en'],
    first: 'Aarav Diya Rohan Isha Vivek Neha Arjun Kavya',
    last: 'Mehta Joshi Iyer Nair Gupta Reddy Bose Desai',
  },
  {
    city: 'Mexico City',
    zone: zone('America/Mexico_City', -6),
    languages: ['es'],
    first: 'Xime Beto Sofia Memo Frida Tono Vale Lalo',
    last: 'Lopez Reyes Luna Ramos Salas Ortiz Rojas Pena',
  },
  {
    city: 'Riyadh',
    zone: zone('Asia/Riyadh', 3),
    languages: ['ar', 'en'],
    first: 'Noura Omar Layla Sami Huda Faris Reem Tariq',
    last: 'Amin Nasr Saleh Hadi Khan Zaki Badr Salem',
  },
  {
    city: 'Toronto',
    zone: zone('America/Toronto', -5, 'US'),
    languages: ['en', 'fr'],
    first: 'Wyatt Quinn Clara Logan Paige Blake Hazel Drew',
    last: 'Scott Grant Singh Wong Lee Nolan Burke Roy',
  },
  {
    city: 'Hamburg',
    zone: zone('Europe/Berlin', 1, 'EU'),
    languages: ['de'],
    first: 'Anke Sven Femke Ole Nele Lars Wiebe Tjark',
    last: 'Petri Jans Beck Kruse Voss Hahn Thoms Kuhn',
  },
  {
    city: 'Lagos',
    zone: zone('Africa/Lagos', 1),
    languages: ['en'],
    first: 'Ada Emeka Tola Kunle Ngozi Femi Zina Chidi',
    last: 'Okoye Bello Ade Eze Musa Obi Ojo Uche',
  },
  {
    city: 'Brisbane',
    zone: zone('Australia/Brisbane', 10),
    languages: ['en'],
    first: 'Bindi Lachy Evie Flynn Marli Jarra Tilly Beau',
    last: 'Walsh Byrne Kelly Doyle Quinn Baker Marsh Lowe',
  },
];

import type { Phrasebook } from './phrasebook.ts';

/** Spanish. Sentences avoid adjectives that would have to agree with the inserted words. */
export const spanish: Phrasebook = {
  words: {
    cuando: [
      'esta mañana',
      'anoche',
      'el fin de semana',
      'después del trabajo',
      'a mediodía',
      'en pleno agosto',
      'antes de cenar',
    ],
  },
  general: {
    words: {
      cosa: [
        'el concierto de la plaza',
        'la final',
        'el mercado del barrio',
        'la exposición de fotos',
        'el libro de poemas',
        'la ruta por la costa',
        'el café de la esquina',
        'la nueva línea de metro',
        'el tráiler',
        'la paella de mi abuela',
      ],
      sitio: [
        'en Lavapiés',
        'en la playa',
        'en Coyoacán',
        'en el estadio',
        'en casa',
        'en la sierra',
        'en Sevilla',
      ],
    },
    positive: [
      'Me encanta {cosa}. ¡Qué maravilla!',
      '{cuando} {sitio}: una alegría enorme.',
      '¡Gracias a todos! {cosa} fue lo mejor del año.',
      'Qué felicidad {sitio}, {cuando}.',
      'Increíble {cosa}. Estoy muy feliz.',
    ],
    neutral: [
      '{cuando}, {sitio}.',
      '¿Alguien sabe a qué hora empieza {cosa}?',
      'Leyendo sobre {cosa} {cuando}.',
      'Mañana toca {cosa}.',
      'Apuntes de hoy: {cosa} y un paseo {sitio}.',
      'Duda del día: ¿{cosa} o {cosa}?',
    ],
    negative: [
      'Qué decepción {cosa}. Muy mal.',
      'Otra vez tráfico horrible {sitio}.',
      'Odio los lunes {sitio}. Todo mal.',
      'Han cancelado {cosa}. Qué tristeza.',
      '{cuando} sin luz {sitio}. Un desastre.',
    ],
  },
  themes: {},
  after: {
    positive: ['¡Más de esto!', 'Qué día.', 'Mereció la pena.', 'Gracias de corazón.'],
    neutral: ['Ya os contaré.', '¿Qué opináis?', 'Sigo mirando.', 'Continuará.'],
    negative: ['Así no se puede.', 'Una pena.', 'Ya basta por hoy.', 'Cada vez peor.'],
  },
  answers: {
    positive: [
      '¡Totalmente de acuerdo, genial!',
      '¡Enhorabuena, qué alegría!',
      'Me encanta, gracias.',
      'Qué bueno, cuenta conmigo.',
    ],
    neutral: [
      '¿Tienes la fuente?',
      '¿Desde cuándo?',
      'Aquí pasa lo mismo.',
      'Depende del día, creo.',
      'Lo miro mañana.',
    ],
    negative: [
      'Lo siento, pero eso es mentira.',
      'Qué mala noticia.',
      'No me convence, fue un desastre la última vez.',
      'Qué rabia, mismo problema aquí.',
    ],
  },
  continued: [
    'Actualización: seguimos igual.',
    'Segunda parte.',
    'Y una cosa más, porque preguntáis: sí.',
    'Así estaba una hora después.',
    'Último por hoy.',
    '¡Gracias por las respuestas!',
  ],
};

/** French. */
export const french: Phrasebook = {
  words: {
    quand: [
      'ce matin',
      'hier soir',
      'ce week-end',
      'après le travail',
      'à midi',
      'en plein été',
      'avant de dormir',
    ],
  },
  general: {
    words: {
      chose: [
        'le concert au bord du canal',
        'la nouvelle piste cyclable',
        'le marché du samedi',
        'l’expo photo',
        'le dernier roman',
        'la randonnée',
        'le match',
        'la tarte aux prunes',
        'le train de nuit',
        'le petit café du coin',
      ],
      lieu: [
        'à Belleville',
        'en Bretagne',
        'au parc',
        'à la maison',
        'sur les quais',
        'à Montréal',
        'dans le métro',
      ],
    },
    positive: [
      'J’adore {chose} ! Quel bonheur.',
      '{quand} {lieu} : magnifique.',
      'Merci à tous, {chose}, c’était génial !',
      'Quelle joie d’être {lieu} {quand}.',
      'Superbe surprise : {chose}.',
    ],
    neutral: [
      '{quand}, {lieu}.',
      'Quelqu’un sait quand commence {chose} ?',
      'Au programme : {chose}.',
      'Quelques notes sur {chose}.',
      'Je lis {lieu} {quand}.',
      'Question : {chose} ou {chose} ?',
    ],
    negative: [
      'Quelle déception, {chose}. Vraiment nul.',
      'Encore une panne {lieu}. Insupportable.',
      '{chose}, c’est annulé à la dernière minute. Triste.',
      'Je déteste attendre {lieu}.',
      'Mauvaise journée {lieu}, {quand}.',
    ],
  },
  themes: {},
  after: {
    positive: ['Encore !', 'Quelle journée.', 'Ça valait le coup.', 'Merci du fond du cœur.'],
    neutral: ['La suite plus tard.', 'Vos avis ?', 'À suivre.', 'J’y pense encore.'],
    negative: ['Dommage.', 'Ça suffit pour aujourd’hui.', 'De pire en pire.', 'On mérite mieux.'],
  },
  answers: {
    positive: [
      'Tout à fait d’accord, génial !',
      'Bravo, félicitations !',
      'J’adore, merci.',
      'Super, je viens.',
    ],
    neutral: [
      'Tu as une source ?',
      'Depuis quand ?',
      'Pareil ici.',
      'Ça dépend des jours, je crois.',
      'Je regarde demain.',
    ],
    negative: [
      'Désolé, mais c’est faux.',
      'Quelle mauvaise nouvelle.',
      'Je n’y crois pas, la dernière fois c’était un désastre.',
      'Même problème ici, c’est nul.',
    ],
  },
  continued: [
    'Mise à jour : toujours pareil.',
    'Deuxième partie.',
    'Et parce qu’on me demande : oui.',
    'Une heure plus tard.',
    'Dernier pour ce soir.',
    'Merci pour vos réponses !',
  ],
};

/** Portuguese, of Brazil. */
export const portuguese: Phrasebook = {
  words: {
    quando: [
      'hoje cedo',
      'ontem à noite',
      'no fim de semana',
      'depois do trabalho',
      'ao meio-dia',
      'no feriado',
      'antes de dormir',
    ],
  },
  general: {
    words: {
      coisa: [
        'o show na praça',
        'a final',
        'a feira do bairro',
        'a exposição',
        'o disco novo',
        'a trilha até a cachoeira',
        'o pão de queijo',
        'a corrida na orla',
        'o metrô novo',
        'a roda de samba',
      ],
      lugar: ['em Pinheiros', 'na praia', 'em casa', 'no estádio', 'em Salvador', 'no centro', 'na padaria'],
    },
    positive: [
      'Amei {coisa}! Que alegria.',
      '{quando} {lugar}: maravilhoso.',
      'Muito feliz com {coisa}, obrigado gente!',
      'Que dia lindo {lugar}.',
      'Melhor coisa da semana: {coisa}.',
    ],
    neutral: [
      '{quando}, {lugar}.',
      'Alguém sabe que horas começa {coisa}?',
      'Amanhã tem {coisa}.',
      'Lendo sobre {coisa} {quando}.',
      'Dúvida do dia: {coisa} ou {coisa}?',
      'Anotações: {coisa}, chuva, café.',
    ],
    negative: [
      'Que decepção {coisa}. Péssimo.',
      'Trânsito horrível {lugar} de novo.',
      'Cancelaram {coisa}. Muito triste.',
      'Odeio fila {lugar}.',
      'Sem luz {lugar} {quando}. Um desastre.',
    ],
  },
  themes: {},
  after: {
    positive: ['Quero mais!', 'Que dia.', 'Valeu a pena.', 'Gratidão.'],
    neutral: ['Depois conto mais.', 'O que vocês acham?', 'Continua.', 'Ainda pensando nisso.'],
    negative: ['Uma pena.', 'Chega por hoje.', 'Cada vez pior.', 'Assim não dá.'],
  },
  answers: {
    positive: ['Concordo demais, ótimo!', 'Parabéns, que alegria!', 'Amei, obrigado.', 'Que bom, tô dentro.'],
    neutral: ['Tem a fonte?', 'Desde quando?', 'Aqui também.', 'Depende do dia, acho.', 'Vejo amanhã.'],
    negative: [
      'Desculpa, mas isso é mentira.',
      'Que notícia ruim.',
      'Não me convence, foi um desastre da última vez.',
      'Mesmo problema aqui, péssimo.',
    ],
  },
  continued: [
    'Atualização: tudo igual.',
    'Segunda parte.',
    'E porque perguntaram: sim.',
    'Uma hora depois.',
    'Último de hoje.',
    'Obrigado pelas respostas!',
  ],
};

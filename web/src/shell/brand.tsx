import { Link } from '@tanstack/react-router';

/** The lark and the name; they lead to Start. */
export function Brand() {
  return (
    <Link to="/" className="flex items-center gap-2.5 font-semibold text-lg">
      <img src="/lark.svg" alt="" width={24} height={24} />
      larkstat
    </Link>
  );
}

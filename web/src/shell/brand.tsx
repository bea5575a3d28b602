import { Link } from '@tanstack/react-router';

const look = 'flex shrink-0 items-center gap-2.5 font-semibold text-lg';

/** The lark and the name; they lead to Start. */
export function Brand() {
  return (
    <Link to="/" className={look}>
      <Mark />
    </Link>
  );
}

/** The same without links. */
export function BrandMark() {
  return (
    <span className={look}>
      <Mark />
    </span>
  );
}

function Mark() {
  return (
    <>
      <img src="/lark.svg" alt="" width={24} height={24} />
      larkstat
    </>
  );
}

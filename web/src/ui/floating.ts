/** The look of floating boxes: popovers, menus, select lists. */
export const floating =
  'z-50 rounded-card border border-line-strong bg-raised text-fg shadow-float outline-none data-[state=open]:animate-in data-[state=open]:fade-in-0 data-[state=open]:zoom-in-98 duration-150';

/** The look of one row in a floating list. */
export const floatingItem =
  'flex min-h-8 cursor-pointer select-none items-center gap-2 rounded-[6px] px-2 text-sm outline-none data-[disabled]:pointer-events-none data-[highlighted]:bg-hover data-[disabled]:text-fg-3 pointer-coarse:min-h-10';

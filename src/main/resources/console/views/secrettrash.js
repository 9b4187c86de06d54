export const Trash = () => null;

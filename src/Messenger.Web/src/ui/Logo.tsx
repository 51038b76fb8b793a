/** The picture of the program; its name stands beside it. */
export const Logo = ({ size }: { size: number }) => <img class="logo" src="/icon.svg" width={size} height={size} alt="" />;

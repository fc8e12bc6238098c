// The page inside an agency's site: says hello to the launcher, tells its height, asks to be closed.

export function greet() {}

export async function build(print: (line: string) => void): Promise<void> { print(""); }

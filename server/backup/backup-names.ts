const NAME = /^prosa-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z\.backup$/;

/** `prosa-20261126T015023Z.backup`: names in the order of their times, on every file system. */
export function backupName(time: Date): string {
  const digits = time.toISOString().replaceAll(/[-:]|\.\d+/g, "");
  return `prosa-${digits}.backup`;
}

/** The time in the name of a backup; undefined when the name is of something else. */
export function timeOfBackup(name: string): Date | undefined {
  const found = NAME.exec(name);
  if (!found) return undefined;
  const [, year, month, day, hour, minute, second] = found;
  return new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}

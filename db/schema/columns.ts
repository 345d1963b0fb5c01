import { customType, timestamp } from "drizzle-orm/pg-core";

/** A moment to the millisecond, so that what JavaScript reads back equals what is stored. */
export const moment = (name: string) => timestamp(name, { withTimezone: true, precision: 3 });

export const bytea = customType<{ data: Buffer }>({ dataType: () => "bytea" });

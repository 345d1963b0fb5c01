import type { Db } from "#db/connect.ts";
import { messages } from "#db/schema/index.ts";
import { eq } from "drizzle-orm";
import { notFound } from "../errors.ts";
import { type Message, ownedReply } from "./access.ts";

/** Stores what the user thinks of a reply; null takes it back. */
export async function rateReply(
  db: Db,
  userId: string,
  messageId: string,
  rating: Message["rating"],
): Promise<Message> {
  const { message } = await ownedReply(db, userId, messageId);
  const [rated] = await db
    .update(messages)
    .set({ rating })
    .where(eq(messages.id, message.id))
    .returning();
  if (rated === undefined) throw notFound("reply");
  return rated;
}

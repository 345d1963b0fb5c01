import { expect, test } from "vitest";
import { createTopics } from "./topic.ts";

test("those who subscribed to a topic hear of it, and others do not", () => {
  const topics = createTopics();
  const heard: string[] = [];
  topics.subscribe("a", () => heard.push("first"));
  topics.subscribe("a", () => heard.push("second"));
  topics.subscribe("b", () => heard.push("other"));
  topics.publish("a");
  topics.publish("nobody");
  expect(heard).toEqual(["first", "second"]);
});

test("a subscription ends once and leaves others alone, whoever came in between", () => {
  const topics = createTopics();
  const heard: string[] = [];
  const end = topics.subscribe("a", () => heard.push("old"));
  end();
  topics.subscribe("a", () => heard.push("new"));
  end();
  topics.publish("a");
  expect(heard).toEqual(["new"]);
});

test("a listener may end its own subscription and those of others while it hears", () => {
  const topics = createTopics();
  const heard: string[] = [];
  const end = topics.subscribe("a", () => {
    heard.push("first");
    end();
    endSecond();
  });
  const endSecond = topics.subscribe("a", () => heard.push("second"));
  topics.publish("a");
  topics.publish("a");
  expect(heard).toEqual(["first"]);
});

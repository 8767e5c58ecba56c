import { expect, it } from "vitest";
import { findTrail } from "./findTrail";

it("names the pages above one thing", () => {
  expect(findTrail("/console/orders/12")).toEqual([
    { title: "Orders", to: "/console/orders" },
    { title: "Order" },
  ]);
  expect(findTrail("/console/series/12/edit")).toEqual([
    { title: "Series", to: "/console/series" },
    { title: "One series", to: "/console/series/12" },
    { title: "Change a series" },
  ]);
  expect(findTrail("/console/publisher/new")).toEqual([
    { title: "Messages", to: "/console/publisher" },
    { title: "New message" },
  ]);
});

it("is the page alone where the navigation lists it", () => {
  expect(findTrail("/console")).toEqual([{ title: "Overview" }]);
  expect(findTrail("/console/publisher/calendar")).toEqual([{ title: "Calendar" }]);
});

it("is empty where there is no page", () => {
  expect(findTrail("/console/nothing/here")).toEqual([]);
});

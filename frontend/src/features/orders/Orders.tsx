import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { useNavigate } from "react-router";
import { useConsole } from "../../app/context";
import { copyAndSay, usePageKey } from "../../app/pageKeys";
import { makeAbsolute } from "../../ui/absoluteLink";
import { InternalLink } from "../../ui/InternalLink";
import { ListTable } from "../../ui/ListTable";
import { OperatorsOnly } from "../../ui/OperatorsOnly";
import { Time } from "../../ui/Time";
import { formatAge } from "../../ui/time";
import { Title } from "../../ui/Title";
import { Who } from "../../ui/Who";
import { sumScanned } from "../../ui/usePages";
import { useSettled } from "../../ui/useSettled";
import { useUrlState } from "../../ui/useUrlState";
import { Filters } from "./Filters";
import {
  checkPrefix,
  countFilters,
  customerOf,
  DEFAULT_RANGE,
  digits,
  readFilter,
  type Order,
  type OrderFilter,
} from "./model";
import { OrderStatusText } from "./OrderStatusText";
import { PlaceOrder } from "./PlaceOrder";
import { useOrders } from "./queries";

const SETTLES_AFTER_MS = 300;
const NO_FILTERS = { status: null, placed_by: null, q: null, since: null, from: null, to: null };
const linkOf = (orderId: string) => `/console/orders/${encodeURIComponent(orderId)}`;

/** Place an order, go to one, and, for operators, list them. */
export default function Orders() {
  const { me } = useConsole();
  const [state, setState] = useUrlState();
  return (
    <SpaceBetween size="l">
      <Title
        description="Taken at once, stored from a queue, announced by mail."
        actions={
          <Button variant="primary" onClick={() => setState({ place: "1" })}>
            Place an order
          </Button>
        }
      >
        Orders
      </Title>
      {state.place === "1" && (
        <PlaceOrder
          key={state.from}
          from={state.from ?? ""}
          onClose={() => setState({ place: null, from: null })}
        />
      )}
      <GoToOrder />
      {me.may.includes("orders.list") ? <AllOrders /> : <OperatorsOnly what="All orders" />}
    </SpaceBetween>
  );
}

function GoToOrder() {
  const [id, setId] = useState("");
  const navigate = useNavigate();
  return (
    <form
      aria-label="Go to an order"
      onSubmit={(event) => {
        event.preventDefault();
        if (id.trim()) void navigate(linkOf(id.trim()));
      }}
    >
      <FormField label="Go to an order" secondaryControl={<Button>Go</Button>}>
        <Input
          value={id}
          placeholder="Order ID"
          spellcheck={false}
          onChange={({ detail }) => setId(detail.value)}
        />
      </FormField>
    </form>
  );
}

function AllOrders() {
  const navigate = useNavigate();
  const [state, setState] = useUrlState();
  const filter = readFilter(state);
  usePageKey("omnidata:copy-link", () => {
    const range = { name: "since", length: filter.since || DEFAULT_RANGE };
    void copyAndSay(makeAbsolute(location.href, range, new Date()), "The link");
  });
  const { data, pages } = useOrders(useSettled(filter, SETTLES_AFTER_MS), canAsk(filter));
  return (
    <ListTable<Order>
      what="orders"
      items={data.flatMap((page) => page.orders)}
      trackBy="orderID"
      pages={pages}
      filters={countFilters(filter)}
      onClearFilters={() => setState(NO_FILTERS)}
      scanned={sumScanned(data)}
      emptyHint="Place one, or make sample data on the overview."
      onOpen={(order) => void navigate(linkOf(order.orderID))}
      filter={<Filters filter={filter} onChange={setState} />}
      columns={[
        {
          id: "id",
          header: "Order",
          isRowHeader: true,
          cell: ({ orderID }) => <InternalLink to={linkOf(orderID)}>{orderID}</InternalLink>,
        },
        {
          id: "status",
          header: "Status",
          cell: (order) => <OrderStatusText status={order.status} />,
        },
        { id: "customer", header: "Customer", cell: (order) => <bdi>{customerOf(order)}</bdi> },
        { id: "total", header: "Total", cell: (order) => digits(order.total) },
        { id: "at", header: "Placed", cell: (order) => <Placed at={order.timeline[0]?.at} /> },
        { id: "by", header: "Placed by", cell: (order) => <Who id={order.placed_by} /> },
      ]}
    />
  );
}

/** When an order was placed, and how long ago. */
function Placed({ at }: { at: string | undefined }) {
  return (
    <>
      <Time at={at} />
      {at && <Box fontSize="body-s">{formatAge(new Date(at), new Date())}</Box>}
    </>
  );
}

/** An id that the API would refuse is not sent; its field says what is wrong. */
function canAsk(filter: OrderFilter): boolean {
  return !checkPrefix(filter.prefix) && !checkPrefix(filter.placedBy);
}

import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { useNavigate } from "react-router";
import { useConsole } from "../../app/context";
import { InternalLink } from "../../ui/InternalLink";
import { ListTable } from "../../ui/ListTable";
import { Time } from "../../ui/Time";
import { Title } from "../../ui/Title";
import { sumScanned } from "../../ui/usePages";
import { useSettled } from "../../ui/useSettled";
import { useUrlState } from "../../ui/useUrlState";
import { Filters } from "./Filters";
import {
  checkPrefix,
  countFilters,
  digits,
  readFilter,
  type Order,
  type OrderFilter,
} from "./model";
import { OrderStatusText } from "./OrderStatusText";
import { PlaceOrder } from "./PlaceOrder";
import { useOrders } from "./queries";

const SETTLES_AFTER_MS = 300;
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
      {me.may.includes("orders.list") && <AllOrders />}
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
  const { data, pages } = useOrders(useSettled(filter, SETTLES_AFTER_MS), canAsk(filter));
  return (
    <ListTable<Order>
      what="orders"
      items={data.flatMap((page) => page.orders)}
      trackBy="orderID"
      pages={pages}
      filters={countFilters(filter)}
      onClearFilters={() => setState({ status: null, placed_by: null, q: null, since: null })}
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
        { id: "total", header: "Total", cell: (order) => digits(order.total) },
        { id: "at", header: "Placed", cell: (order) => <Time at={order.timeline[0]?.at} /> },
        { id: "by", header: "Placed by", cell: (order) => <bdi>{order.placed_by}</bdi> },
      ]}
    />
  );
}

/** An id that the API would refuse is not sent; its field says what is wrong. */
function canAsk(filter: OrderFilter): boolean {
  return !checkPrefix(filter.prefix) && !checkPrefix(filter.placedBy);
}

import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { useNavigate } from "react-router";
import { useConsole } from "../../app/context";
import { InternalLink } from "../../ui/InternalLink";
import { ListTable } from "../../ui/ListTable";
import { Time } from "../../ui/Time";
import { Title } from "../../ui/Title";
import { useUrlState } from "../../ui/useUrlState";
import { digits, STEPS, type Order, type OrderStatus } from "./model";
import { OrderStatusText } from "./OrderStatusText";
import { PlaceOrder } from "./PlaceOrder";
import { useOrders } from "./queries";

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
      {state.place === "1" && <PlaceOrder onClose={() => setState({ place: null, from: null })} />}
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
  const status = (STEPS.find((step) => step === state.status) ?? "") as OrderStatus | "";
  const filter = {
    status,
    placedBy: state.placed_by ?? "",
    prefix: state.q ?? "",
    since: state.since ?? "",
  };
  const { data, pages } = useOrders(filter, true);
  const filters = [status, filter.placedBy, filter.prefix].filter(Boolean).length;
  return (
    <ListTable<Order>
      what="orders"
      items={data.flatMap((page) => page.orders)}
      trackBy="orderID"
      pages={pages}
      filters={filters}
      onClearFilters={() => setState({ status: null, placed_by: null, q: null })}
      emptyHint="Place one, or make sample data on the overview."
      onOpen={(order) => void navigate(linkOf(order.orderID))}
      filter={<Filters status={status} onChange={setState} state={state} />}
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

interface FilterProps {
  status: OrderStatus | "";
  state: Record<string, string>;
  onChange: (change: Record<string, string | null>, options?: { typing?: boolean }) => void;
}

function Filters({ status, state, onChange }: FilterProps) {
  const options = ["", ...STEPS].map((value) => ({ value, label: value || "any status" }));
  return (
    <SpaceBetween direction="horizontal" size="s">
      <FormField label="Status">
        <Select
          selectedOption={options.find(({ value }) => value === status) ?? null}
          options={options}
          onChange={({ detail }) => onChange({ status: detail.selectedOption.value ?? null })}
        />
      </FormField>
      <FormField label="ID begins with">
        <Input
          value={state.q ?? ""}
          type="search"
          onChange={({ detail }) => onChange({ q: detail.value }, { typing: true })}
        />
      </FormField>
      <FormField label="Placed by (user id)">
        <Input
          value={state.placed_by ?? ""}
          type="search"
          onChange={({ detail }) => onChange({ placed_by: detail.value }, { typing: true })}
        />
      </FormField>
    </SpaceBetween>
  );
}

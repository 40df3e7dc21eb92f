// Queries reads a cloud in the four ways that come up most: the running VM
// instances of each zone, the VM instance with an IP address, how many VM
// instances there are in each state, and, in ZQL, those whose host is in a state
// of its own, which takes a join:
//
//	go run ./examples/queries
//	go run ./examples/queries 10.0.0.12
//
// Without configuration it reads a simulated management node inside the process.
// With ZSTACK_ENDPOINT set it reads that management node, with the credentials in
// ZSTACK_ACCOUNT and ZSTACK_PASSWORD, ZSTACK_ACCESS_KEY_ID and
// ZSTACK_ACCESS_KEY_SECRET, or ZSTACK_SESSION_ID. It changes nothing.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/zstack-go/zstack-go/actions"
	"github.com/zstack-go/zstack-go/examples/internal/example"
	"github.com/zstack-go/zstack-go/types"
	"github.com/zstack-go/zstack-go/zstack"
)

func main() { program().Main() }

func program() example.Program {
	return example.Program{
		Name: "queries",
		About: "Queries prints the running VM instances of each zone, the VM instance with an IP address if\n" +
			"one is given, how many VM instances there are in each state, and those on lost hosts. It\n" +
			"changes nothing.",
		Args:    "[IP-ADDRESS]",
		Prepare: fill,
		Run:     run,
	}
}

func run(ctx context.Context, run *example.Run) error {
	client, out := run.Client, run.Out
	if err := listRunning(ctx, client, out); err != nil {
		return err
	}
	if len(run.Args) > 0 {
		if err := findByIP(ctx, client, out, run.Args[0]); err != nil {
			return err
		}
	}
	if err := countByState(ctx, client, out); err != nil {
		return err
	}
	return joinHosts(ctx, client, out, "Disconnected")
}

// listRunning prints the running VM instances of each zone. All reads every row,
// however many there are, and each exactly once.
func listRunning(ctx context.Context, client *zstack.Client, out io.Writer) error {
	for zone, err := range (actions.QueryZoneAction{}).All(ctx, client) {
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "running in %s:\n", zone.Name)
		running := actions.QueryVmInstanceAction{
			Conditions: zstack.Where(zstack.Eq("zoneUuid", zone.UUID), zstack.Eq("state", "Running")),
			Fields:     []string{"name", "memorySize"},
		}
		for vm, err := range running.All(ctx, client) {
			if err != nil {
				return err
			}
			fmt.Fprintf(out, "  %s with %d MB\n", vm.Name, vm.MemorySize>>20)
		}
	}
	return nil
}

// findByIP prints the VM instance one of whose NICs has an address. A condition can
// be about what is inside a resource.
func findByIP(ctx context.Context, client *zstack.Client, out io.Writer, ip string) error {
	vm, err := actions.QueryVmInstanceAction{Conditions: zstack.Where(zstack.Eq("vmNics.ip", ip))}.One(ctx, client)
	switch {
	case zstack.IsNotFound(err):
		fmt.Fprintf(out, "nobody has %s\n", ip)
		return nil
	case errors.Is(err, zstack.ErrMultiple):
		fmt.Fprintf(out, "several VM instances have %s, in different networks\n", ip)
		return nil
	case err != nil:
		return err
	}
	fmt.Fprintf(out, "%s is of %s, which is %s\n", ip, vm.Name, vm.State)
	return nil
}

// countByState prints how many VM instances there are in each state. Count reads a
// number and no rows.
func countByState(ctx context.Context, client *zstack.Client, out io.Writer) error {
	for _, state := range []string{"Running", "Stopped", "Destroyed"} {
		n, err := actions.QueryVmInstanceAction{Conditions: zstack.Where(zstack.Eq("state", state))}.Count(ctx, client)
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "%s: %d\n", state, n)
	}
	return nil
}

// joinHosts prints the VM instances on hosts with a status. ZQL has or, parentheses
// and queries within queries, which conditions have not; two queries go in one call
// here, and the first tells its total beside the rows.
func joinHosts(ctx context.Context, client *zstack.Client, out io.Writer, status string) error {
	hosts := "query host.uuid where status = " + zstack.QuoteZQL(status)
	zql := "query vminstance where hostUuid in (" + hosts + ") or lastHostUuid in (" + hosts + ")" +
		" return with (total) order by name asc limit 10;" +
		"count host where status = " + zstack.QuoteZQL(status)
	res, err := actions.ZQLQueryAction{Zql: &zql}.Call(ctx, client)
	if err != nil {
		return err
	}
	if len(res.Results) != 2 {
		return fmt.Errorf("two queries have %d results", len(res.Results))
	}
	vms, err := zstack.RowsAs[types.VmInstanceInventory](client, res.Results[0].Inventories)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%d hosts are %s, with %d VM instances:\n", res.Results[1].Total, status, res.Results[0].Total)
	for _, vm := range vms {
		fmt.Fprintf(out, "  %s (%s)\n", vm.Name, vm.State)
	}
	return nil
}

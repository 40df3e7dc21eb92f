package actions_test

import (
	"context"
	"errors"
	"fmt"
	"log"

	"github.com/zstack-go/zstack-go/actions"
	"github.com/zstack-go/zstack-go/types"
	"github.com/zstack-go/zstack-go/zstack"
)

// All reads every row, page by page, and each exactly once.
func ExampleQueryVmInstanceAction_All() {
	ctx := context.Background()
	_, client := cloud()
	defer client.Close(ctx)

	query := actions.QueryVmInstanceAction{Conditions: zstack.Where(
		zstack.Eq("state", types.VmStateRunning), zstack.Like("name", "vm-%"))}
	n := 0
	for vm, err := range query.All(ctx, client) {
		if err != nil {
			log.Fatal(err)
		}
		if vm.MemorySize > 0 {
			n++
		}
	}
	fmt.Println(n)
	// Output: 9
}

func ExampleQueryVmInstanceAction_Pages() {
	ctx := context.Background()
	_, client := cloud()
	defer client.Close(ctx)

	for page, err := range (actions.QueryVmInstanceAction{}).Pages(ctx, client, zstack.WithPageSize(4)) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(len(page.Inventories))
	}
	// Output:
	// 4
	// 4
	// 2
}

// Count reads a number and no rows.
func ExampleQueryVmInstanceAction_Count() {
	ctx := context.Background()
	_, client := cloud()
	defer client.Close(ctx)

	n, err := actions.QueryVmInstanceAction{Conditions: zstack.Where(zstack.NotEq("state", "Running"))}.Count(ctx, client)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(n)
	// Output: 1
}

func ExampleQueryVmInstanceAction_One() {
	ctx := context.Background()
	_, client := cloud()
	defer client.Close(ctx)

	for _, name := range []string{"vm-00001", "none", "vm-%"} {
		vm, err := actions.QueryVmInstanceAction{Conditions: zstack.Where(zstack.Like("name", name))}.One(ctx, client)
		switch {
		case zstack.IsNotFound(err):
			fmt.Println("no VM is called", name)
		case errors.Is(err, zstack.ErrMultiple):
			fmt.Println("several are called", name)
		case err != nil:
			log.Fatal(err)
		default:
			fmt.Println(vm.Name, vm.State)
		}
	}
	// Output:
	// vm-00001 Running
	// no VM is called none
	// several are called vm-%
}

func ExampleQueryVmInstanceAction_First() {
	ctx := context.Background()
	_, client := cloud()
	defer client.Close(ctx)

	vm, err := actions.QueryVmInstanceAction{SortBy: new("name"), SortDirection: new("desc")}.First(ctx, client)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(vm.Name)
	// Output: vm-00010
}

// Call reads one page as asked, with the total if it is asked for.
func ExampleQueryVmInstanceAction_Call() {
	ctx := context.Background()
	_, client := cloud()
	defer client.Close(ctx)

	res, err := actions.QueryVmInstanceAction{
		Conditions: zstack.Where(), // every row
		SortBy:     new("name"), Limit: new(int32(3)), StartAt: new(int32(3)), ReplyWithCount: new(true),
	}.Call(ctx, client)
	if err != nil {
		log.Fatal(err)
	}
	for _, vm := range res.Inventories {
		fmt.Println(vm.Name)
	}
	fmt.Println("of", res.Total)
	// Output:
	// vm-00004
	// vm-00005
	// vm-00006
	// of 10
}

// A condition can be about a resource that the row leads to.
func ExampleQueryVmInstanceAction_joins() {
	ctx := context.Background()
	node, client := cloud()
	defer client.Close(ctx)

	ip := node.All("VmNic")[0]["ip"]
	n, err := actions.QueryVmInstanceAction{Conditions: zstack.Where(zstack.Eq("vmNics.ip", ip))}.Count(ctx, client)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(n)
	// Output: 1
}

// The fields that were not asked for are zero.
func ExampleQueryVmInstanceAction_fields() {
	ctx := context.Background()
	_, client := cloud()
	defer client.Close(ctx)

	vm, err := actions.QueryVmInstanceAction{
		Conditions: zstack.Where(zstack.Eq("name", "vm-00001")), Fields: []string{"name", "state"},
	}.One(ctx, client)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(vm.Name, vm.State, vm.MemorySize)
	// Output: vm-00001 Running 0
}

func ExampleZQLQueryAction() {
	ctx := context.Background()
	_, client := cloud()
	defer client.Close(ctx)

	zql := "query vminstance where hostUuid in (query host.uuid where name = " + zstack.QuoteZQL("host-00001") + ")" +
		" and (name = 'vm-00001' or name = 'vm-00002') return with (total)"
	res, err := actions.ZQLQueryAction{Zql: &zql}.Call(ctx, client)
	if err != nil {
		log.Fatal(err)
	}
	vms, err := zstack.RowsAs[types.VmInstanceInventory](client, res.Results[0].Inventories)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(res.Results[0].Total, vms[0].Name)
	// Output: 1 vm-00001
}

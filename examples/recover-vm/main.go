// Recover-vm destroys a VM instance and recovers it, which is the SDK's first
// worked example: a recovered VM is Stopped and has no IP address.
//
// Without configuration it runs against a simulated management node inside the
// process, where it first creates a VM. With ZSTACK_ENDPOINT set it talks to
// that management node and destroys and recovers the VM whose UUID is its
// argument:
//
//	go run ./examples/recover-vm
//	ZSTACK_ENDPOINT=http://mn:8080 ZSTACK_ACCOUNT=admin ZSTACK_PASSWORD=... go run ./examples/recover-vm VM-UUID
//
// ZSTACK_ACCESS_KEY_ID with ZSTACK_ACCESS_KEY_SECRET, or ZSTACK_SESSION_ID, can
// stand in for the account.
package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/zstack-go/zstack-go/actions"
	"github.com/zstack-go/zstack-go/examples/internal/example"
	"github.com/zstack-go/zstack-go/types"
	"github.com/zstack-go/zstack-go/zstack"
	"github.com/zstack-go/zstack-go/zstack/zstacktest"
)

func main() { program().Main() }

func program() example.Program {
	return example.Program{
		Name: "recover-vm",
		About: "Recover-vm destroys a VM instance and recovers it. The VM is destroyed: recovered, it is\n" +
			"Stopped and has no IP address.",
		Args:    "VM-UUID",
		Node:    []zstacktest.Option{zstacktest.WithJobDelay(200 * time.Millisecond)},
		Prepare: create,
		Run: func(ctx context.Context, run *example.Run) error {
			return recoverVM(ctx, run.Out, run.Client, run.Args[0])
		},
	}
}

// create makes a VM on the simulated node, out of what it is filled with.
func create(ctx context.Context, run *example.Run) (args []string, err error) {
	site := run.Node.Site()
	created, err := actions.CreateVmInstanceAction{
		Name:                 "Test-VM",
		Description:          new("web server VM"),
		InstanceOfferingUUID: new(site.InstanceOfferingUUID),
		ImageUUID:            new(site.ImageUUID),
		L3NetworkUUIDs:       []string{site.L3NetworkUUID},
	}.Call(ctx, run.Client)
	if err != nil {
		return nil, err
	}
	show(run.Out, "Created", created.Inventory)
	return []string{created.Inventory.UUID}, nil
}

// recoverVM destroys the VM and recovers it.
func recoverVM(ctx context.Context, out io.Writer, client *zstack.Client, uuid string) error {
	if _, err := (actions.DestroyVmInstanceAction{UUID: uuid}).Call(ctx, client); err != nil {
		return err
	}
	found, err := actions.QueryVmInstanceAction{Conditions: []string{"uuid=" + uuid}}.Call(ctx, client)
	if err != nil {
		return err
	}
	for i := range found.Inventories {
		show(out, "Destroyed", &found.Inventories[i])
	}
	recovered, err := actions.RecoverVmInstanceAction{UUID: uuid}.Call(ctx, client)
	if err != nil {
		return err
	}
	vm := recovered.Inventory
	show(out, "Recovered", vm)
	fmt.Fprintf(out, "  %d CPUs, %d MiB of memory, root volume %s\n", vm.CPUNum, vm.MemorySize>>20, vm.RootVolumeUUID)
	var times []string
	if !vm.CreateDate.IsZero() {
		times = append(times, "created "+vm.CreateDate.Format(time.DateTime))
	}
	if !vm.LastOpDate.IsZero() { // which nodes leave out of what a recovery returns
		times = append(times, "last changed "+vm.LastOpDate.Format(time.DateTime))
	}
	if len(times) > 0 {
		fmt.Fprintln(out, " ", strings.Join(times, ", "))
	}
	return nil
}

// show prints the step and the VM after it.
func show(out io.Writer, step string, vm *types.VmInstanceInventory) {
	var ips []string
	for _, nic := range vm.VmNics {
		if nic.IP != "" {
			ips = append(ips, nic.IP)
		}
	}
	address := "no IP address"
	if len(ips) > 0 {
		address = "IP address " + strings.Join(ips, ", ")
	}
	fmt.Fprintf(out, "%s VM %s %q: %s, %s\n", step, vm.UUID, vm.Name, vm.State, address)
}

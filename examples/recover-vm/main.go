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
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"time"

	"github.com/zstack-go/zstack-go/actions"
	"github.com/zstack-go/zstack-go/types"
	"github.com/zstack-go/zstack-go/zstack"
	"github.com/zstack-go/zstack-go/zstack/zstacktest"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Stdout, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out io.Writer, args []string) (err error) {
	var client *zstack.Client
	var vmUUID string
	if os.Getenv("ZSTACK_ENDPOINT") != "" {
		if len(args) != 1 {
			return errors.New("usage: recover-vm VM-UUID")
		}
		vmUUID = args[0]
		client, err = zstack.NewClientFromEnv()
	} else {
		node, listenErr := zstacktest.Listen(zstacktest.WithSite(), zstacktest.WithJobDelay(200*time.Millisecond))
		if listenErr != nil {
			return listenErr
		}
		defer node.Close()
		fmt.Fprintln(out, "Simulated management node at", node.URL)
		client, err = zstack.NewClient(node.URL,
			zstack.WithCredentials(zstack.Account("admin", "password")),
			zstack.WithLocation(time.UTC))
		if err == nil {
			vmUUID, err = create(ctx, out, client, node.Site())
		}
	}
	if err != nil {
		return err
	}
	defer func() {
		// Logging out has to work after an interrupt too.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
		defer cancel()
		err = errors.Join(err, client.Close(ctx))
	}()
	return recoverVM(ctx, out, client, vmUUID)
}

// create makes a VM on the simulated node, out of what it is filled with.
func create(ctx context.Context, out io.Writer, client *zstack.Client, site zstacktest.Site) (uuid string, err error) {
	created, err := actions.CreateVmInstanceAction{
		Name:                 "Test-VM",
		Description:          new("web server VM"),
		InstanceOfferingUUID: new(site.InstanceOfferingUUID),
		ImageUUID:            new(site.ImageUUID),
		L3NetworkUUIDs:       []string{site.L3NetworkUUID},
	}.Call(ctx, client)
	if err != nil {
		return "", err
	}
	show(out, "Created", created.Inventory)
	return created.Inventory.UUID, nil
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

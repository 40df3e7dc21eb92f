// Create-vm creates a VM instance on a simulated management node, from an image, an offering
// and a network that it looks up by name, and waits until it runs:
//
//	go run ./examples/create-vm
//	ZSTACK_ENDPOINT=http://mn:8080 ZSTACK_ACCOUNT=admin ZSTACK_PASSWORD=... go run ./examples/create-vm web IMAGE OFFERING NETWORK
package main

import (
	"context"
	"flag"
	"fmt"
	"time"

	"github.com/zstack-go/zstack-go/actions"
	"github.com/zstack-go/zstack-go/examples/internal/example"
	"github.com/zstack-go/zstack-go/types/systemtags"
	"github.com/zstack-go/zstack-go/zstack"
	"github.com/zstack-go/zstack-go/zstack/zstacktest"
)

func main() { program().Main() }

func program() example.Program {
	var hostname string
	return example.Program{
		Name: "create-vm",
		About: "Create-vm creates a VM instance and waits until it runs. The image, the instance offering and\n" +
			"the L3 network are given by name. The program prints the VM's UUID and addresses.",
		Args: "NAME IMAGE OFFERING NETWORK",
		Flags: func(flags *flag.FlagSet) {
			flags.StringVar(&hostname, "hostname", "", "the host `name` that the guest gets from DHCP")
		},
		Node: []zstacktest.Option{zstacktest.WithJobDelay(200 * time.Millisecond)},
		Prepare: func(context.Context, *example.Run) ([]string, error) {
			return []string{"web", "image-1", "offering-1", "l3-1"}, nil
		},
		Run: func(ctx context.Context, run *example.Run) error { return create(ctx, run, hostname) },
	}
}

func create(ctx context.Context, run *example.Run, hostname string) error {
	action := actions.CreateVmInstanceAction{Name: run.Args[0]}
	if hostname != "" {
		action.SystemTags = append(action.SystemTags, systemtags.VmHostname(hostname))
	}
	image, err := actions.QueryImageAction{Conditions: named(run.Args[1])}.One(ctx, run.Client)
	if err != nil {
		return fmt.Errorf("image %q: %w", run.Args[1], err)
	}
	offering, err := actions.QueryInstanceOfferingAction{Conditions: named(run.Args[2])}.One(ctx, run.Client)
	if err != nil {
		return fmt.Errorf("instance offering %q: %w", run.Args[2], err)
	}
	network, err := actions.QueryL3NetworkAction{Conditions: named(run.Args[3])}.One(ctx, run.Client)
	if err != nil {
		return fmt.Errorf("L3 network %q: %w", run.Args[3], err)
	}
	action.ImageUUID, action.InstanceOfferingUUID = &image.UUID, &offering.UUID
	action.L3NetworkUUIDs = []string{network.UUID}

	began := time.Now()
	created, err := action.Call(ctx, run.Client)
	if err != nil {
		return err
	}
	vm := created.Inventory
	run.Printf("Created VM %s %q in %v: %s\n", vm.UUID, vm.Name, time.Since(began).Round(100*time.Millisecond), vm.State)
	for _, nic := range vm.VmNics {
		run.Printf("  %s, MAC address %s\n", nic.IP, nic.MAC)
	}
	return nil
}

// named is the condition that a name is exactly this.
func named(name string) []string { return zstack.Where(zstack.Eq("name", name)) }

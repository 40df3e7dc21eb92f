// Network-with-eip gives a VM instance on a simulated management node an address of a public
// network, an elastic IP (EIP), and takes it away again:
//
//	go run ./examples/network-with-eip
//	ZSTACK_ENDPOINT=http://mn:8080 ZSTACK_ACCOUNT=admin ZSTACK_PASSWORD=... go run ./examples/network-with-eip VM-UUID PUBLIC-NETWORK
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"

	"github.com/zstack-go/zstack-go/actions"
	"github.com/zstack-go/zstack-go/examples/internal/example"
	"github.com/zstack-go/zstack-go/zstack"
)

func main() { program().Main() }

func program() example.Program {
	var keep bool
	return example.Program{
		Name: "network-with-eip",
		About: "Network-with-eip takes a virtual IP of a public L3 network, which is given by name, makes an\n" +
			"elastic IP of it for the first NIC of a VM instance, prints the addresses, and deletes both\n" +
			"again unless -keep is given.",
		Args: "VM-UUID PUBLIC-NETWORK",
		Flags: func(flags *flag.FlagSet) {
			flags.BoolVar(&keep, "keep", false, "leave the elastic IP and its virtual IP there")
		},
		Prepare: prepare,
		Run:     func(ctx context.Context, run *example.Run) error { return give(ctx, run, keep) },
	}
}

// prepare makes a VM on the private network of the site, and a public network beside it.
func prepare(ctx context.Context, run *example.Run) ([]string, error) {
	args, err := example.CreateVM(ctx, run, "web")
	if err != nil {
		return nil, err
	}
	site := run.Node.Site()
	network, err := actions.CreateL3NetworkAction{
		Name: "public", L2NetworkUUID: site.L2NetworkUUID, Category: new("Public"),
	}.Call(ctx, run.Client)
	if err != nil {
		return nil, err
	}
	_, err = actions.AddIpRangeAction{
		L3NetworkUUID: network.Inventory.UUID, Name: "public-1",
		StartIP: "203.0.113.10", EndIP: "203.0.113.99", Netmask: "255.255.255.0", Gateway: new("203.0.113.1"),
	}.Call(ctx, run.Client)
	return append(args, "public"), err
}

func give(ctx context.Context, run *example.Run, keep bool) (err error) {
	vm, err := actions.GetVmInstance(ctx, run.Client, run.Args[0])
	if err != nil {
		return err
	}
	if len(vm.VmNics) == 0 {
		return fmt.Errorf("the VM %s has no NIC", vm.Name)
	}
	network, err := actions.QueryL3NetworkAction{Conditions: zstack.Where(zstack.Eq("name", run.Args[1]))}.One(ctx, run.Client)
	if err != nil {
		return fmt.Errorf("L3 network %q: %w", run.Args[1], err)
	}
	vip, err := actions.CreateVipAction{Name: vm.Name + "-public", L3NetworkUUID: network.UUID}.Call(ctx, run.Client)
	if err != nil {
		return err
	}
	if !keep {
		defer func() {
			err = errors.Join(err, run.Delete(ctx, "the virtual IP", actions.DeleteVipAction{UUID: vip.Inventory.UUID}))
		}()
	}
	run.Printf("Took %s of the network %s\n", vip.Inventory.IP, network.Name)
	eip, err := actions.CreateEipAction{
		Name: vm.Name + "-public", VipUUID: vip.Inventory.UUID, VmNicUUID: &vm.VmNics[0].UUID,
	}.Call(ctx, run.Client)
	if err != nil {
		return err
	}
	if !keep {
		defer func() {
			err = errors.Join(err, run.Delete(ctx, "the elastic IP", actions.DeleteEipAction{UUID: eip.Inventory.UUID}))
		}()
	}
	run.Printf("%s is reached at %s as well as at %s\n", vm.Name, eip.Inventory.VipIP, vm.VmNics[0].IP)
	return nil
}

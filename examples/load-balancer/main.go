// Load-balancer puts VM instances of a simulated management node behind a load balancer, and
// takes it away again:
//
//	go run ./examples/load-balancer
//	ZSTACK_ENDPOINT=http://mn:8080 ZSTACK_ACCOUNT=admin ZSTACK_PASSWORD=... go run ./examples/load-balancer PUBLIC-NETWORK VM-UUID VM-UUID
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

// A setup is what the command line says.
type setup struct {
	port int
	keep bool
}

func program() example.Program {
	var s setup
	return example.Program{
		Name: "load-balancer",
		About: "Load-balancer takes a virtual IP of an L3 network, which is given by name, makes a load balancer\n" +
			"of it with a TCP listener, and adds the first NIC of each VM instance. It deletes what it made\n" +
			"unless -keep is given.",
		Args: "NETWORK VM-UUID [VM-UUID...]",
		Flags: func(flags *flag.FlagSet) {
			flags.IntVar(&s.port, "port", 80, "the port that is listened on and forwarded to")
			flags.BoolVar(&s.keep, "keep", false, "leave the load balancer there")
		},
		Prepare: func(ctx context.Context, run *example.Run) ([]string, error) {
			args := []string{"l3-1"}
			for _, name := range []string{"web-1", "web-2"} {
				vm, err := example.CreateVM(ctx, run, name)
				if err != nil {
					return nil, err
				}
				args = append(args, vm...)
			}
			return args, nil
		},
		Run: func(ctx context.Context, run *example.Run) error { return balance(ctx, run, s) },
	}
}

func balance(ctx context.Context, run *example.Run, s setup) (err error) {
	network, err := actions.QueryL3NetworkAction{Conditions: zstack.Where(zstack.Eq("name", run.Args[0]))}.One(ctx, run.Client)
	if err != nil {
		return fmt.Errorf("L3 network %q: %w", run.Args[0], err)
	}
	nics, err := nicsOf(ctx, run, run.Args[1:])
	if err != nil {
		return err
	}
	// What has been made when something fails is deleted, the last thing first.
	var made []zstack.Action
	defer func() {
		if s.keep && err == nil {
			return
		}
		for _, deletion := range made {
			_, deleteErr := zstack.Do(context.WithoutCancel(ctx), run.Client, deletion)
			err = errors.Join(err, deleteErr)
		}
		run.Printf("Deleted what was made\n")
	}()
	undo := func(deletion zstack.Action) { made = append([]zstack.Action{deletion}, made...) }

	vip, err := actions.CreateVipAction{Name: "lb-example", L3NetworkUUID: network.UUID}.Call(ctx, run.Client)
	if err != nil {
		return err
	}
	undo(actions.DeleteVipAction{UUID: vip.Inventory.UUID})
	balancer, err := actions.CreateLoadBalancerAction{Name: "lb-example", VipUUID: &vip.Inventory.UUID}.Call(ctx, run.Client)
	if err != nil {
		return err
	}
	undo(actions.DeleteLoadBalancerAction{UUID: balancer.Inventory.UUID})
	listener, err := actions.CreateLoadBalancerListenerAction{
		Name: "lb-example", LoadBalancerUUID: balancer.Inventory.UUID, Protocol: new("tcp"),
		LoadBalancerPort: int32(s.port), InstancePort: new(int32(s.port)),
	}.Call(ctx, run.Client)
	if err != nil {
		return err
	}
	undo(actions.DeleteLoadBalancerListenerAction{UUID: listener.Inventory.UUID})
	if _, err := (actions.AddVmNicToLoadBalancerAction{ListenerUUID: listener.Inventory.UUID, VmNicUUIDs: nics}).Call(ctx, run.Client); err != nil {
		return err
	}
	run.Printf("%s:%d is distributed to %d VM instances\n", vip.Inventory.IP, s.port, len(nics))
	return nil
}

// nicsOf returns the UUID of the first NIC of each VM.
func nicsOf(ctx context.Context, run *example.Run, vms []string) (nics []string, err error) {
	for _, uuid := range vms {
		vm, err := actions.GetVmInstance(ctx, run.Client, uuid)
		if err != nil {
			return nil, err
		}
		if len(vm.VmNics) == 0 {
			return nil, fmt.Errorf("the VM %s has no NIC", vm.Name)
		}
		nics = append(nics, vm.VmNics[0].UUID)
	}
	return nics, nil
}

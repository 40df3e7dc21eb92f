// Bulk-operations stops 500 VM instances of a simulated management node, sixteen at a time:
//
//	go run ./examples/bulk-operations
//	ZSTACK_ENDPOINT=http://mn:8080 ZSTACK_ACCOUNT=admin ZSTACK_PASSWORD=... go run ./examples/bulk-operations -yes PREFIX
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"time"

	"github.com/zstack-go/zstack-go/actions"
	"github.com/zstack-go/zstack-go/examples/internal/example"
	"github.com/zstack-go/zstack-go/types"
	"github.com/zstack-go/zstack-go/zstack"
	"github.com/zstack-go/zstack-go/zstack/zstacktest"
)

func main() { program().Main() }

// A setup is what the command line says.
type setup struct {
	workers int
	yes     bool
}

func program() example.Program {
	var s setup
	return example.Program{
		Name: "bulk-operations",
		About: "Bulk-operations stops all running VM instances whose names begin with a prefix, a few at a time,\n" +
			"and shows how far it has come. It says which would be stopped, and stops them with -yes only.",
		Args: "PREFIX",
		Flags: func(flags *flag.FlagSet) {
			flags.IntVar(&s.workers, "workers", 16, "how many are stopped at a time")
			flags.BoolVar(&s.yes, "yes", false, "stop them")
		},
		Node: []zstacktest.Option{zstacktest.WithModel(zstacktest.Model{VMs: 556}), zstacktest.WithJobDelay(100 * time.Millisecond)},
		Prepare: func(context.Context, *example.Run) ([]string, error) {
			s.yes = true
			return []string{"vm-"}, nil
		},
		Run: func(ctx context.Context, run *example.Run) error { return stopAll(ctx, run, s) },
	}
}

func stopAll(ctx context.Context, run *example.Run, s setup) error {
	if s.workers < 1 {
		return fmt.Errorf("got %d workers, want 1 or more", s.workers)
	}
	vms, err := choose(ctx, run)
	if err != nil {
		return err
	}
	run.Printf("%d running VM instances begin with %q\n", len(vms), run.Args[0])
	if !s.yes {
		for _, vm := range vms {
			run.Printf("  %s\n", vm.Name)
		}
		return nil
	}
	bar := newBar(run.Out, len(vms))
	failed := pool(ctx, s.workers, vms, func(vm types.VmInstanceInventory) error {
		_, err := actions.StopVmInstanceAction{UUID: vm.UUID}.Call(ctx, run.Client)
		if zstack.IsNotFound(err) {
			err = nil // It was deleted meanwhile, and needs no stopping.
		}
		bar.step()
		return err
	})
	bar.end()
	run.Printf("%d stopped, %d failed\n", len(vms)-len(failed), len(failed))
	return errors.Join(failed...)
}

// choose returns the running VMs whose names begin with the prefix.
func choose(ctx context.Context, run *example.Run) (vms []types.VmInstanceInventory, err error) {
	query := actions.QueryVmInstanceAction{
		Conditions: zstack.Where(zstack.Eq("state", types.VmStateRunning), zstack.Like("name", run.Args[0]+"%")),
		Fields:     []string{"uuid", "name"},
	}
	for vm, err := range query.All(ctx, run.Client) {
		if err != nil {
			return nil, err
		}
		vms = append(vms, vm)
	}
	return vms, nil
}

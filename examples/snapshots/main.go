// Snapshots takes a snapshot of a VM instance on a simulated management node, changes nothing
// else, goes back to it, and deletes it:
//
//	go run ./examples/snapshots
//	ZSTACK_ENDPOINT=http://mn:8080 ZSTACK_ACCOUNT=admin ZSTACK_PASSWORD=... go run ./examples/snapshots -revert VM-UUID
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"

	"github.com/zstack-go/zstack-go/actions"
	"github.com/zstack-go/zstack-go/examples/internal/example"
	"github.com/zstack-go/zstack-go/types"
	"github.com/zstack-go/zstack-go/zstack"
)

func main() { program().Main() }

func program() example.Program {
	var revert bool
	return example.Program{
		Name: "snapshots",
		About: "Snapshots takes a snapshot of the root volume of a VM instance, lists all snapshots of it, and\n" +
			"deletes the one that it took. With -revert, and on a simulated node, it also stops the VM and\n" +
			"takes the volume back to the snapshot: what was written since then is lost.",
		Args: "VM-UUID",
		Flags: func(flags *flag.FlagSet) {
			flags.BoolVar(&revert, "revert", false, "stop the VM and go back to the snapshot")
		},
		Prepare: func(ctx context.Context, run *example.Run) ([]string, error) {
			revert = true
			return example.CreateVM(ctx, run, "db")
		},
		Run: func(ctx context.Context, run *example.Run) error { return snapshot(ctx, run, revert) },
	}
}

func snapshot(ctx context.Context, run *example.Run, revert bool) (err error) {
	vm, err := actions.GetVmInstance(ctx, run.Client, run.Args[0])
	if err != nil {
		return err
	}
	taken, err := actions.CreateVolumeSnapshotAction{
		VolumeUUID: vm.RootVolumeUUID, Name: "before the upgrade",
	}.Call(ctx, run.Client)
	if err != nil {
		return err
	}
	run.Printf("Took snapshot %s of %s\n", taken.Inventory.UUID, vm.Name)
	defer func() {
		err = errors.Join(err, run.Delete(ctx, "it", actions.DeleteVolumeSnapshotAction{UUID: taken.Inventory.UUID}))
	}()
	if err := list(ctx, run, vm.RootVolumeUUID); err != nil {
		return err
	}
	if !revert {
		return nil
	}
	return goBack(ctx, run, vm, taken.Inventory.UUID)
}

// list prints the snapshots of a volume, the oldest first.
func list(ctx context.Context, run *example.Run, volume string) error {
	query := actions.QueryVolumeSnapshotAction{
		Conditions: zstack.Where(zstack.Eq("volumeUuid", volume)),
		SortBy:     new("createDate"), SortDirection: new("asc"),
	}
	for snapshot, err := range query.All(ctx, run.Client) {
		if err != nil {
			return err
		}
		run.Printf("  %q is %s, %d MiB\n", snapshot.Name, snapshot.Status, snapshot.Size>>20)
	}
	return nil
}

// goBack stops the VM, takes its root volume back to a snapshot, and starts it if it ran.
func goBack(ctx context.Context, run *example.Run, vm *types.VmInstanceInventory, snapshot string) error {
	ran := vm.State == types.VmStateRunning
	if ran {
		if _, err := (actions.StopVmInstanceAction{UUID: vm.UUID}).Call(ctx, run.Client); err != nil {
			return fmt.Errorf("stopping: %w", err)
		}
	}
	if _, err := (actions.RevertVolumeFromSnapshotAction{UUID: snapshot}).Call(ctx, run.Client); err != nil {
		return fmt.Errorf("going back: %w", err)
	}
	run.Printf("Went back to it\n")
	if ran {
		if _, err := (actions.StartVmInstanceAction{UUID: vm.UUID}).Call(ctx, run.Client); err != nil {
			return fmt.Errorf("starting: %w", err)
		}
	}
	return nil
}

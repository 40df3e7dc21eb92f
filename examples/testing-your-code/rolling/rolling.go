// Package rolling restarts VM instances one after another. It stands for a package of your own,
// whose tests are the subject of this example.
package rolling

import (
	"context"
	"errors"
	"fmt"

	"github.com/zstack-go/zstack-go/actions"
	"github.com/zstack-go/zstack-go/types"
	"github.com/zstack-go/zstack-go/zstack"
)

// Restart reboots the running VM instances of a host whose names begin with a prefix, one after
// another, and returns the names of those that it rebooted. A VM that is deleted meanwhile is left
// out. It ends at the first reboot that fails, since the others may then be all that still runs.
func Restart(ctx context.Context, client *zstack.Client, host, prefix string) (names []string, err error) {
	query := actions.QueryVmInstanceAction{Conditions: zstack.Where(
		zstack.Eq("hostUuid", host), zstack.Eq("state", types.VmStateRunning), zstack.Like("name", prefix+"%"))}
	for vm, err := range query.All(ctx, client) {
		if err != nil {
			return names, err
		}
		switch err := reboot(ctx, client, vm.UUID); {
		case zstack.IsNotFound(err):
			continue
		case err != nil:
			return names, fmt.Errorf("rebooting %s: %w", vm.Name, err)
		}
		names = append(names, vm.Name)
	}
	return names, nil
}

// reboot reboots a VM. When nobody knows whether it was, the VM that runs is as good.
func reboot(ctx context.Context, client *zstack.Client, uuid string) error {
	_, err := actions.RebootVmInstanceAction{UUID: uuid}.Call(ctx, client)
	var unknown *zstack.UnknownOutcomeError
	if !errors.As(err, &unknown) {
		return err
	}
	vm, lookErr := actions.GetVmInstance(ctx, client, uuid)
	if lookErr != nil {
		return errors.Join(err, lookErr)
	}
	if vm.State != types.VmStateRunning {
		return err
	}
	return nil
}

package main

import (
	"context"
	"fmt"
	"io"
	"regexp"

	"github.com/zstack-go/zstack-go/actions"
	"github.com/zstack-go/zstack-go/examples/opentelemetry/zstackotel"
	"github.com/zstack-go/zstack-go/types"
	"github.com/zstack-go/zstack-go/zstack"
)

// work makes the calls that are recorded.
func (c *connection) work(ctx context.Context, out io.Writer) error {
	vm, err := c.choose(ctx)
	if err != nil {
		return err
	}
	if vm != nil {
		stopped, err := zstackotel.Call(ctx, c.telemetry, c.client, actions.StopVmInstanceAction{UUID: vm.UUID})
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "VM instance %q is %s.\n", stopped.Inventory.Name, stopped.Inventory.State)
	}
	query := actions.QueryVmInstanceAction{Conditions: zstack.Where(zstack.Eq("state", types.VmStateRunning))}
	var running int64
	err = c.telemetry.Do(ctx, query, func(ctx context.Context) error {
		running, err = query.Count(ctx, c.client)
		return err
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%d VM instances are running.\n", running)
	return nil
}

// choose returns the VM instance that is to be stopped: a new one on the simulated node,
// elsewhere the one that was named, or nil.
func (c *connection) choose(ctx context.Context) (*types.VmInstanceInventory, error) {
	switch {
	case c.site != nil:
		return c.create(ctx)
	case c.vm != "":
		return c.find(ctx)
	}
	return nil, nil
}

func (c *connection) create(ctx context.Context) (*types.VmInstanceInventory, error) {
	created, err := zstackotel.Call(ctx, c.telemetry, c.client, actions.CreateVmInstanceAction{
		Name:                 "web-1",
		InstanceOfferingUUID: &c.site.InstanceOfferingUUID,
		ImageUUID:            &c.site.ImageUUID,
		L3NetworkUUIDs:       []string{c.site.L3NetworkUUID},
	})
	if err != nil {
		return nil, err
	}
	return created.Inventory, nil
}

var uuid = regexp.MustCompile(`^[0-9a-f]{32}$`)

func (c *connection) find(ctx context.Context) (vm *types.VmInstanceInventory, err error) {
	field := "name"
	if uuid.MatchString(c.vm) {
		field = "uuid"
	}
	query := actions.QueryVmInstanceAction{Conditions: zstack.Where(zstack.Eq(field, c.vm))}
	err = c.telemetry.Do(ctx, query, func(ctx context.Context) error {
		vm, err = query.One(ctx, c.client)
		return err
	})
	return vm, err
}

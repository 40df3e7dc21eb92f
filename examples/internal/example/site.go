package example

import (
	"context"

	"github.com/zstack-go/zstack-go/actions"
)

// CreateVM creates a VM instance on the simulated node, and returns its UUID as the argument
// of a program.
func CreateVM(ctx context.Context, run *Run, name string) (args []string, err error) {
	site := run.Node.Site()
	created, err := actions.CreateVmInstanceAction{
		Name:                 name,
		ImageUUID:            &site.ImageUUID,
		InstanceOfferingUUID: &site.InstanceOfferingUUID,
		L3NetworkUUIDs:       []string{site.L3NetworkUUID},
	}.Call(ctx, run.Client)
	if err != nil {
		return nil, err
	}
	return []string{created.Inventory.UUID}, nil
}

// Custom-action calls an API by an action type of its own on a simulated management node, as
// for an API that a server has and this library's catalogue lacks:
//
//	go run ./examples/custom-action
//	ZSTACK_ENDPOINT=http://mn:8080 ZSTACK_ACCOUNT=admin ZSTACK_PASSWORD=... go run ./examples/custom-action ZONE-UUID DESCRIPTION
package main

import (
	"context"

	"github.com/zstack-go/zstack-go/examples/internal/example"
)

func main() { program().Main() }

func program() example.Program {
	return example.Program{
		Name:  "custom-action",
		About: "Custom-action sets the description of a zone, by an action type of its own.",
		Args:  "ZONE-UUID DESCRIPTION",
		Prepare: func(_ context.Context, run *example.Run) ([]string, error) {
			return []string{run.Node.Site().ZoneUUID, "the first one"}, nil
		},
		Run: func(ctx context.Context, run *example.Run) error {
			res, err := DescribeZoneAction{UUID: run.Args[0], Description: run.Args[1]}.Call(ctx, run.Client)
			if err != nil {
				return err
			}
			run.Printf("%s is now %q\n", res.Inventory.Name, res.Inventory.Description)
			return nil
		},
	}
}

// Testing-your-code restarts VM instances of a simulated management node one after another, by
// the package rolling, whose tests show how a program is tested without a cloud:
//
//	go run ./examples/testing-your-code
//	go test -v ./examples/testing-your-code/...
//	ZSTACK_ENDPOINT=http://mn:8080 ZSTACK_ACCOUNT=admin ZSTACK_PASSWORD=... go run ./examples/testing-your-code HOST-UUID PREFIX
package main

import (
	"context"

	"github.com/zstack-go/zstack-go/examples/internal/example"
	"github.com/zstack-go/zstack-go/examples/testing-your-code/rolling"
	"github.com/zstack-go/zstack-go/types"
)

func main() { program().Main() }

func program() example.Program {
	return example.Program{
		Name: "testing-your-code",
		About: "Testing-your-code reboots the running VM instances of a host whose names begin with a prefix,\n" +
			"one after another. Its tests are what it is for: see examples/testing-your-code/rolling.",
		Args: "HOST-UUID PREFIX",
		Prepare: func(_ context.Context, run *example.Run) ([]string, error) {
			host := run.Node.Site().HostUUID
			for _, name := range []string{"web-1", "web-2"} {
				run.Node.Add("VmInstance", map[string]any{"name": name, "state": types.VmStateRunning, "hostUuid": host})
			}
			return []string{host, "web-"}, nil
		},
		Run: func(ctx context.Context, run *example.Run) error {
			names, err := rolling.Restart(ctx, run.Client, run.Args[0], run.Args[1])
			for _, name := range names {
				run.Printf("Restarted %s\n", name)
			}
			return err
		},
	}
}

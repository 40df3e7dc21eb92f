// Console asks a simulated management node for the console of a VM instance, and prints where a
// browser or a VNC client reaches it:
//
//	go run ./examples/console
//	ZSTACK_ENDPOINT=http://mn:8080 ZSTACK_ACCOUNT=admin ZSTACK_PASSWORD=... go run ./examples/console VM-UUID
package main

import (
	"context"
	"flag"
	"fmt"
	"net"
	"strconv"

	"github.com/zstack-go/zstack-go/actions"
	"github.com/zstack-go/zstack-go/examples/internal/example"
	"github.com/zstack-go/zstack-go/types"
)

func main() { program().Main() }

func program() example.Program {
	var show bool
	return example.Program{
		Name: "console",
		About: "Console opens the console of a running VM instance and prints where it is reached. The token\n" +
			"lets whoever has it see and use the console, so that it is printed with -token only.",
		Args: "VM-UUID",
		Flags: func(flags *flag.FlagSet) {
			flags.BoolVar(&show, "token", false, "print the token, a secret")
		},
		Prepare: func(ctx context.Context, run *example.Run) ([]string, error) {
			return example.CreateVM(ctx, run, "web")
		},
		Run: func(ctx context.Context, run *example.Run) error { return open(ctx, run, show) },
	}
}

func open(ctx context.Context, run *example.Run, show bool) error {
	vm, err := actions.GetVmInstance(ctx, run.Client, run.Args[0])
	if err != nil {
		return err
	}
	if vm.State != types.VmStateRunning {
		return fmt.Errorf("the VM %s is %s, and has a console when it is Running", vm.Name, vm.State)
	}
	opened, err := actions.RequestConsoleAccessAction{VmInstanceUUID: vm.UUID}.Call(ctx, run.Client)
	if err != nil {
		return err
	}
	console := opened.Inventory
	run.Printf("The console of %s is at %s://%s\n", vm.Name, console.Scheme, net.JoinHostPort(console.Hostname, strconv.Itoa(int(console.Port))))
	if show {
		run.Printf("  token %s\n", string(console.Token)) // printed as *** unless it is converted
	}
	if !console.ExpiredDate.IsZero() {
		run.Printf("  until %s\n", console.ExpiredDate)
	}
	return nil
}

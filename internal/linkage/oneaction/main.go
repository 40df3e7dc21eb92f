// Oneaction is the smallest program that calls the API: one action, whose
// neighbours must not be linked.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/zstack-go/zstack-go/actions"
	"github.com/zstack-go/zstack-go/zstack"
)

func main() {
	client, err := zstack.NewClientFromEnv()
	if err == nil {
		_, err = actions.RecoverVmInstanceAction{UUID: os.Getenv("VM_UUID")}.Call(context.Background(), client)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

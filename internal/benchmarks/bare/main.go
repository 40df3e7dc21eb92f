// Bare does what internal/linkage/oneaction does, recover a VM instance, with
// net/http and encoding/json: what a program weighs and takes to start without the
// SDK.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
)

func main() {
	if err := run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	c, err := newClient(ctx)
	if err != nil {
		return err
	}
	uuid := os.Getenv("VM_UUID")
	if uuid == "" {
		return errors.New("VM_UUID is not set")
	}
	_, err = c.recoverVM(ctx, uuid)
	return err
}

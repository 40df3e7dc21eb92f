package main

import (
	"context"
	"fmt"
	"sync"

	"github.com/zstack-go/zstack-go/types"
)

// pool does something with each VM, so many at a time, and returns the errors with the names.
// When the context ends it begins no more, and waits for those that it has begun.
func pool(ctx context.Context, workers int, vms []types.VmInstanceInventory, do func(types.VmInstanceInventory) error) []error {
	var (
		queue  = make(chan types.VmInstanceInventory)
		all    sync.WaitGroup
		mu     sync.Mutex
		failed []error
	)
	fail := func(vm types.VmInstanceInventory, err error) {
		mu.Lock()
		defer mu.Unlock()
		failed = append(failed, fmt.Errorf("%s: %w", vm.Name, err))
	}
	for range min(workers, len(vms)) {
		all.Go(func() {
			for vm := range queue {
				if err := do(vm); err != nil {
					fail(vm, err)
				}
			}
		})
	}
	for _, vm := range vms {
		select {
		case queue <- vm:
		case <-ctx.Done():
			fail(vm, ctx.Err())
		}
	}
	close(queue)
	all.Wait()
	return failed
}

package zstacktest_test

import (
	"bytes"
	"fmt"
	"log"
	"time"

	"github.com/zstack-go/zstack-go/zstack/zstacktest"
)

func ExampleNode_Add() {
	node := zstacktest.New()
	vm := node.Add("VmInstance", map[string]any{"name": "web", "state": "Running"})
	node.Set("VmInstance", vm, map[string]any{"state": "Stopped"})
	fmt.Println(node.Get("VmInstance", vm)["state"], node.Count("VmInstance"))
	// Output: Stopped 1
}

func ExampleWithModel() {
	node := zstacktest.New(zstacktest.WithModel(zstacktest.Model{Zones: 2, VMs: 1000}))
	fmt.Println(node.Count("Zone"), node.Count("Host"), node.Count("VmInstance"))
	// Output: 2 10 1000
}

func ExampleWithSite() {
	node := zstacktest.New(zstacktest.WithSite())
	fmt.Println(node.Get("Zone", node.Site().ZoneUUID)["name"])
	// Output: zone-1
}

// WithSeed makes the node's own UUIDs the same in each run.
func ExampleWithSeed() {
	first := zstacktest.New(zstacktest.WithSeed(1)).Add("Zone", nil)
	second := zstacktest.New(zstacktest.WithSeed(1)).Add("Zone", nil)
	fmt.Println(first == second)
	// Output: true
}

// A test can go back to how the node was.
func ExampleNode_Snapshot() {
	node := zstacktest.New(zstacktest.WithSite())
	before := node.Snapshot()
	node.Add("Zone", map[string]any{"name": "zone-2"})
	node.Restore(before)
	fmt.Println(node.Count("Zone"))
	// Output: 1
}

// What a node has can be kept in a file.
func ExampleNode_Save() {
	var file bytes.Buffer
	node := zstacktest.New()
	zone := node.Add("Zone", map[string]any{"name": "east"})
	if err := node.Save(&file); err != nil {
		log.Fatal(err)
	}
	other := zstacktest.New()
	if err := other.Load(&file); err != nil {
		log.Fatal(err)
	}
	fmt.Println(other.Get("Zone", zone)["name"])
	// Output: east
}

func ExampleNode_All() {
	node := zstacktest.New()
	for _, name := range []string{"east", "west"} {
		node.Add("Zone", map[string]any{"name": name})
	}
	for _, zone := range node.All("Zone") {
		fmt.Println(zone["name"])
	}
	// Output:
	// east
	// west
}

// A clock that a program moves.
func ExampleClock() {
	clock := zstacktest.NewClock(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	node := zstacktest.New(zstacktest.WithClock(clock.Now))
	clock.Advance(24 * time.Hour)
	zone := node.Add("Zone", nil)
	fmt.Println(node.Get("Zone", zone)["createDate"])
	// Output: 2026-01-02 00:00:00 +0000 UTC
}

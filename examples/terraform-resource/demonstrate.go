package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"

	"github.com/zstack-go/zstack-go/examples/terraform-resource/internal/core"
	"github.com/zstack-go/zstack-go/examples/terraform-resource/provider"
	"github.com/zstack-go/zstack-go/zstack"
	"github.com/zstack-go/zstack-go/zstack/zstacktest"
)

const vmType = "zstack_vm"

// demonstrate takes a VM on a simulated node through its life.
func demonstrate(ctx context.Context, out io.Writer) (err error) {
	node, err := zstacktest.Listen(zstacktest.WithSite())
	if err != nil {
		return err
	}
	defer node.Close()
	fmt.Fprintln(out, "Simulated management node at", node.URL)
	p := provider.New(zstack.WithLocation(time.UTC))
	defer func() {
		// Logging out has to work after an interrupt too.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
		defer cancel()
		err = errors.Join(err, p.Close(ctx))
	}()
	terraform, err := core.Start(ctx, providerserver.NewProtocol6(p)(),
		core.Config{"endpoint": node.URL, "account": "admin", "password": "password"})
	if err != nil {
		return err
	}
	s := &stage{out: out, terraform: terraform, node: node}
	return s.play(ctx)
}

// A stage has what a demonstration works with.
type stage struct {
	out       io.Writer
	terraform *core.Core
	node      *zstacktest.Server
	vm        *core.Resource // what the state has
}

func (s *stage) play(ctx context.Context) error {
	site := s.node.Site()
	block := core.Config{
		"name": "web", "image_uuid": site.ImageUUID, "instance_offering_uuid": site.InstanceOfferingUUID,
		"l3_network_uuids": []string{site.L3NetworkUUID},
	}
	if err := s.apply(ctx, "A new block", block); err != nil {
		return err
	}
	if err := s.apply(ctx, "The same block again", block); err != nil {
		return err
	}
	uuid := s.vm.Get("uuid").(string)
	s.node.Set("VmInstance", uuid, map[string]any{"name": "renamed by hand"})
	if err := s.apply(ctx, "Renamed outside of terraform", block); err != nil {
		return err
	}
	block = maps.Clone(block)
	block["description"], block["state"] = "a web server", "stopped"
	if err := s.apply(ctx, "Another description and state in the block", block); err != nil {
		return err
	}
	imported, err := s.terraform.Import(ctx, vmType, uuid)
	if err != nil {
		return err
	}
	s.vm = imported
	fmt.Fprintf(s.out, "Imported by its UUID: %s\n", s.describe())
	if err := s.apply(ctx, "The same block after the import", block); err != nil {
		return err
	}
	return s.destroy(ctx)
}

// apply refreshes what the state has, plans and applies, and prints what happened.
func (s *stage) apply(ctx context.Context, what string, block core.Config) (err error) {
	if s.vm != nil {
		if s.vm, err = s.terraform.Refresh(ctx, s.vm); err != nil {
			return err
		}
	}
	plan, err := s.terraform.Plan(ctx, vmType, s.vm, block)
	if err != nil {
		return err
	}
	fmt.Fprintf(s.out, "%s: the plan is %s%s\n", what, plan.Action, difference(plan))
	if plan.Action == core.None {
		return nil
	}
	if s.vm, err = s.terraform.Apply(ctx, plan); err != nil {
		return err
	}
	fmt.Fprintln(s.out, "  applied:", s.describe())
	return nil
}

// difference tells what an update in place changes.
func difference(plan *core.Plan) string {
	if plan.Action != core.Update {
		return ""
	}
	var parts []string
	for _, name := range plan.Changes {
		if plan.After(name) == core.Unknown {
			continue
		}
		parts = append(parts, fmt.Sprintf("%s %s -> %s", name, quoted(plan.Before(name)), quoted(plan.After(name))))
	}
	return ": " + strings.Join(parts, ", ")
}

func quoted(value any) string {
	if value == nil {
		return "null"
	}
	return fmt.Sprintf("%q", value)
}

func (s *stage) describe() string {
	return fmt.Sprintf("VM %s %q, %s, %v", s.vm.Get("uuid"), s.vm.Get("name"), s.vm.Get("state"), s.vm.Get("ips"))
}

func (s *stage) destroy(ctx context.Context) error {
	uuid := s.vm.Get("uuid").(string)
	plan, err := s.terraform.PlanDelete(ctx, s.vm)
	if err != nil {
		return err
	}
	if s.vm, err = s.terraform.Apply(ctx, plan); err != nil {
		return err
	}
	fmt.Fprintf(s.out, "Destroyed by terraform: the node says %v\n", s.node.Get("VmInstance", uuid)["state"])
	return nil
}

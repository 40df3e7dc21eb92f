package command

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/zstack-go/zstack-go/actions"
	"github.com/zstack-go/zstack-go/actions/registry"
	"github.com/zstack-go/zstack-go/examples/zs/internal/kinds"
	"github.com/zstack-go/zstack-go/types"
	"github.com/zstack-go/zstack-go/zstack"
)

const (
	noFiles = cobra.ShellCompDirectiveNoFileComp
	noSpace = cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
)

// patience is how long somebody who pressed Tab waits for the server.
const patience = 3 * time.Second

// completeCall completes an action, its parameters and their values.
func (p *program) completeCall(cmd *cobra.Command, args []string, toComplete string) ([]string, cobra.ShellCompDirective) {
	if len(args) == 0 {
		return actionNames(toComplete), noFiles
	}
	entry, found := kinds.Action(args[0])
	if !found {
		return nil, noFiles
	}
	if entry.Info().Query {
		if k, found := kinds.Lookup(args[0]); found {
			if key, value, hasValue := strings.Cut(toComplete, "="); hasValue && key == "fields" {
				return listOf("fields=", value, fieldNames(k)), noSpace
			}
			return p.condition(cmd.Context(), k, toComplete, entry.Describe().Params)
		}
	}
	return p.parameter(cmd.Context(), entry, args[1:], toComplete)
}

func actionNames(prefix string) []string {
	var names []string
	for e := range registry.All() {
		name := kinds.Short(e)
		if len(prefix) <= len(name) && strings.EqualFold(name[:len(prefix)], prefix) {
			names = append(names, name+"\t"+e.Summary())
		}
	}
	return names
}

// parameter completes the name of a parameter, or its value.
func (p *program) parameter(ctx context.Context, entry registry.Entry, given []string, toComplete string) ([]string, cobra.ShellCompDirective) {
	fields := entry.Describe().Params
	key, value, hasValue := strings.Cut(toComplete, "=")
	if !hasValue {
		var names []string
		slices.SortStableFunc(fields, func(a, b registry.Field) int { return order(b) - order(a) })
		for _, f := range fields {
			again := slices.ContainsFunc(given, func(arg string) bool { return strings.HasPrefix(arg, f.Name+"=") })
			if strings.HasPrefix(f.Name, key) && (!again || strings.HasPrefix(f.Type, "list<")) {
				names = append(names, f.Name+"=\t"+f.Description)
			}
		}
		return names, noSpace
	}
	i := slices.IndexFunc(fields, func(f registry.Field) bool { return f.Name == key })
	if i < 0 {
		return nil, noFiles
	}
	return p.values(ctx, fields[i], key+"=", value)
}

// order puts the parameters first that there have to be.
func order(f registry.Field) int {
	if f.Required {
		return 1
	}
	return 0
}

// values completes the value of a field: one that is known, or the name of a resource.
func (p *program) values(ctx context.Context, f registry.Field, before, value string) ([]string, cobra.ShellCompDirective) {
	switch known := slices.Concat(f.Values, f.KnownValues); {
	case strings.HasPrefix(f.Type, "list<") && len(known) > 0:
		return listOf(before, value, known), noSpace
	case len(known) > 0:
		return listOf(before, value, known), noFiles
	case f.Type == "bool":
		return []string{before + "true", before + "false"}, noFiles
	}
	if strings.HasPrefix(f.Type, "list<") {
		before, value = lastOf(before, value)
	}
	var found []string
	for _, resource := range f.RefersTo {
		if k, known := kinds.OfResource(resource); known {
			found = append(found, p.resources(ctx, k, before, value)...)
		}
	}
	return found, noFiles
}

// lastOf moves what stands before the last of several values, with commas between, to what stands
// before them all.
func lastOf(before, value string) (more, last string) {
	i := strings.LastIndex(value, ",") + 1
	return before + value[:i], value[i:]
}

// listOf completes the last of several values with commas between.
func listOf(before, value string, known []string) []string {
	before, value = lastOf(before, value)
	var out []string
	for _, k := range known {
		if len(value) <= len(k) && strings.EqualFold(k[:len(value)], value) {
			out = append(out, before+k)
		}
	}
	return out
}

// ask asks the server. That it does not answer is no reason to say something in the middle of a
// command line.
func ask[T any](ctx context.Context, p *program, question func(context.Context, *zstack.Client) ([]T, error)) []T {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	c, err := p.connect(zstack.WithReadOnly(), zstack.WithMaxRetries(0))
	if err != nil {
		return nil
	}
	defer func() { _ = c.Close(ctx) }()
	answer, err := question(ctx, c.Client)
	if err != nil {
		return nil
	}
	return answer
}

// resources completes the names of resources, or the UUIDs of those without a name of their own.
func (p *program) resources(ctx context.Context, k kinds.Kind, before, prefix string) []string {
	found := ask(ctx, p, func(ctx context.Context, client *zstack.Client) ([]kinds.Resource, error) {
		if k.HasName() {
			return k.Beginning(ctx, client, prefix)
		}
		return k.Some(ctx, client)
	})
	names := map[string]int{}
	for _, r := range found {
		names[r.Name]++
	}
	var out []string
	for _, r := range found {
		switch {
		case r.Name != "" && names[r.Name] == 1 && !kinds.IsUUID(r.Name) && strings.HasPrefix(r.Name, prefix):
			out = append(out, before+r.Name+"\t"+r.UUID)
		case strings.HasPrefix(r.UUID, prefix):
			out = append(out, before+r.UUID+"\t"+r.Name)
		}
	}
	return out
}

// completeKind completes the word of a kind.
func completeKind(prefix string) []string {
	var words []string
	for _, k := range kinds.All() {
		if strings.HasPrefix(k.Word, prefix) {
			words = append(words, k.Word+"\t"+k.Query.Summary())
		}
	}
	return words
}

// completeQuery completes a kind and conditions.
func (p *program) completeQuery(cmd *cobra.Command, args []string, toComplete string) ([]string, cobra.ShellCompDirective) {
	if len(args) == 0 {
		return completeKind(toComplete), noFiles
	}
	k, found := kinds.Lookup(args[0])
	if !found {
		return nil, noFiles
	}
	return p.condition(cmd.Context(), k, toComplete, nil)
}

// condition completes the field of a condition, or the value of one that is known.
func (p *program) condition(ctx context.Context, k kinds.Kind, toComplete string, parameters []registry.Field) ([]string, cobra.ShellCompDirective) {
	field, value, hasValue := strings.Cut(toComplete, "=")
	if !hasValue {
		var names []string
		inventory, before := k.Inventory, ""
		if i := strings.LastIndex(field, "."); i >= 0 {
			before = field[:i+1]
			inventory = kinds.Inner(k.Inventory, strings.Split(field[:i], "."))
		}
		if inventory == nil {
			return nil, noFiles
		}
		for _, f := range inventory.Fields {
			end := "="
			if f.Inventory != "" {
				end = "."
			}
			if name := before + f.Name + end; strings.HasPrefix(name, field) {
				names = append(names, name+"\t"+f.Type)
			}
		}
		for _, f := range parameters {
			if strings.HasPrefix(f.Name, field) && f.Name != "conditions" {
				names = append(names, f.Name+"=\t"+f.Description)
			}
		}
		return names, noSpace
	}
	name := strings.TrimRight(field, "!~?<>")
	if name == "name" {
		return p.resources(ctx, k, field+"=", value), noFiles
	}
	for _, f := range kinds.TypeFields(k.Inventory.Name) {
		if f.Name == name {
			return p.values(ctx, registry.Field{Type: f.Type, Values: f.Values, KnownValues: f.KnownValues}, field+"=", value)
		}
	}
	return nil, noFiles
}

// completeResource completes a kind and the name of one of its resources.
func (p *program) completeResource(cmd *cobra.Command, args []string, toComplete string) ([]string, cobra.ShellCompDirective) {
	switch len(args) {
	case 0:
		return completeKind(toComplete), noFiles
	case 1:
		if k, found := kinds.Lookup(args[0]); found {
			return p.resources(cmd.Context(), k, "", toComplete), noFiles
		}
	}
	return nil, noFiles
}

func (p *program) completeDescribe(_ *cobra.Command, args []string, toComplete string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, noFiles
	}
	return append(actionNames(toComplete), completeKind(toComplete)...), noFiles
}

// completeFields completes names of fields with commas between.
func (p *program) completeFields(_ *cobra.Command, args []string, toComplete string) ([]string, cobra.ShellCompDirective) {
	if len(args) == 0 {
		return nil, noFiles
	}
	k, found := kinds.Lookup(args[0])
	if !found {
		return nil, noFiles
	}
	return listOf("", toComplete, fieldNames(k)), noSpace
}

func fieldNames(k kinds.Kind) []string {
	var names []string
	for _, f := range kinds.TypeFields(k.Inventory.Name) {
		names = append(names, f.Name)
	}
	return names
}

// completeLongJobs completes the UUIDs of long jobs that are not over.
func (p *program) completeLongJobs(cmd *cobra.Command, args []string, toComplete string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, noFiles
	}
	running := ask(cmd.Context(), p, func(ctx context.Context, client *zstack.Client) ([]types.LongJobInventory, error) {
		res, err := actions.QueryLongJobAction{
			Conditions: zstack.Where(zstack.In("state", "Waiting", "Running", "Suspended")), Limit: new(int32(50)),
		}.Call(ctx, client)
		if err != nil {
			return nil, err
		}
		return res.Inventories, nil
	})
	var uuids []string
	for _, job := range running {
		if strings.HasPrefix(job.UUID, toComplete) {
			uuids = append(uuids, fmt.Sprintf("%s\t%s %s", job.UUID, job.Name, job.State))
		}
	}
	return uuids, noFiles
}

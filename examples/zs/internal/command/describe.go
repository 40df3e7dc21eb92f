package command

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/zstack-go/zstack-go/actions/registry"
	"github.com/zstack-go/zstack-go/examples/zs/internal/kinds"
	"github.com/zstack-go/zstack-go/examples/zs/internal/lang"
	"github.com/zstack-go/zstack-go/examples/zs/internal/output"
)

func (p *program) describe() *cobra.Command {
	return &cobra.Command{
		Use:   "describe ACTION|KIND|TYPE",
		Short: lang.S("Tell what an action, a kind of resources or a data type is."),
		Long: lang.S("describe tells what an action does, its parameters with their limits, values\n" +
			"and defaults, and what it returns. Of a kind it tells the fields that\n" +
			"conditions can have. Nothing of that asks a server. As JSON, an action is the\n" +
			"schema of its parameters."),
		Example: "  zs describe CreateVmInstance\n  zs describe vm-instance\n  zs describe VmInstanceInventory\n  zs describe CreateZone -o json",
		Args:    want(1, 1, "ACTION|KIND|TYPE"),
		RunE: func(_ *cobra.Command, args []string) error {
			return p.runDescribe(args[0])
		},
		ValidArgsFunction: p.completeDescribe,
	}
}

func (p *program) runDescribe(name string) error {
	const plain = "text"
	format, err := p.format(plain, plain, output.JSON, output.YAML)
	if err != nil {
		return err
	}
	entry, isAction := kinds.Action(name)
	k, isKind := kinds.Lookup(name)
	t, isType := registry.LookupType(name)
	var described any
	switch {
	case isAction:
		if format == plain {
			return p.describeAction(entry)
		}
		described = entry.JSONSchema()
	case isType:
		if format == plain {
			return p.describeType(t)
		}
		described = t
	case isKind:
		if format == plain {
			return p.describeKind(k)
		}
		described = k.Inventory
	default:
		_, err := lookup(name)
		return err
	}
	data, err := json.Marshal(described)
	if err != nil {
		return err
	}
	return output.Value(p.Out, format, data)
}

func (p *program) describeAction(entry registry.Entry) error {
	d, info := entry.Describe(), entry.Info()
	fmt.Fprintf(p.Out, "%s\n  %s\n\n", kinds.Short(entry), entry.Summary())
	fmt.Fprintf(p.Out, "  %s %s\n", info.Method, info.Path)
	if info.Async {
		p.print("  It runs as a job, which zs call waits for.")
	}
	if info.LongJob {
		p.print("  It can run as a long job, too: --long-job.")
	}
	if d.Deletes != nil {
		if d.Deletes.Recoverable {
			p.print("  It deletes a resource, which can be recovered.")
		} else {
			p.print("  It deletes a resource.")
		}
	}
	if info.Since != "" {
		p.print("  Since ZStack Cloud %s.", info.Since)
	}
	p.print("\nParameters (* is required):")
	if err := p.fields(d.Params, true); err != nil {
		return err
	}
	p.print("\nResult: %s", d.Result)
	if d.Row != "" {
		p.print("with rows of %s: zs describe %s", d.Row, d.Row)
	}
	p.print("\nExample:")
	fmt.Fprintf(p.Out, "  %s\n", exampleOf(entry, d))
	return nil
}

// fields prints fields with what is known of their values.
func (p *program) fields(fields []registry.Field, parameters bool) error {
	for _, f := range fields {
		mark := " "
		if f.Required && parameters {
			mark = "*"
		}
		fmt.Fprintf(p.Out, "%s %s  %s\n", mark, f.Name, f.Type)
		if f.Description != "" {
			p.paragraph(f.Description)
		}
		if said := limits(f); said != "" {
			p.paragraph(said)
		}
		if f.Pattern != "" { // which is to be copied as it is
			fmt.Fprintf(p.Out, "      %s\n", lang.S("Matches: %s", f.Pattern))
		}
		for _, key := range f.Keys {
			p.paragraph(strings.TrimSpace("- " + key.Name + "  " + key.Type + "  " + key.Description))
		}
	}
	return nil
}

// paragraph prints a few lines, as wide as a terminal is at least.
func (p *program) paragraph(s string) {
	const width = 72
	line := ""
	for _, word := range strings.Fields(s) {
		if line != "" && len(line)+1+len(word) > width {
			fmt.Fprintf(p.Out, "      %s\n", line)
			line = ""
		}
		line = strings.TrimSpace(line + " " + word)
	}
	fmt.Fprintf(p.Out, "      %s\n", line)
}

// limits says what values a field has.
func limits(f registry.Field) string {
	var said []string
	add := func(format string, args ...any) { said = append(said, lang.S(format, args...)) }
	if len(f.Values) > 0 {
		add("One of: %s.", joined(f.Values))
	}
	if len(f.KnownValues) > 0 {
		add("Known values: %s.", joined(f.KnownValues))
	}
	if f.MinLength > 0 {
		add("At least %v characters.", strconv.Itoa(f.MinLength))
	}
	if f.MaxLength > 0 {
		add("At most %v characters.", strconv.Itoa(f.MaxLength))
	}
	if f.Min != nil {
		add("From %v.", strconv.FormatInt(*f.Min, 10))
	}
	if f.Max != nil {
		add("Up to %v.", strconv.FormatInt(*f.Max, 10))
	}
	if f.NonEmpty {
		add("Not empty.")
	}
	if len(f.Default) > 0 {
		add("Default: %s.", string(f.Default))
	}
	if len(f.ServerDefault) > 0 {
		add("Default of the server: %s.", string(f.ServerDefault))
	}
	if len(f.RefersTo) > 0 {
		add("The UUID or the name of: %s.", joined(words(f.RefersTo)))
	}
	if f.Secret {
		add("A secret.")
	}
	if f.Since != "" {
		add("Since ZStack Cloud %s.", f.Since)
	}
	// There is no space behind a Chinese full stop.
	return strings.ReplaceAll(strings.Join(said, " "), "。 ", "。")
}

// words are the kinds that a parameter refers to, as query takes them where it can.
func words(resources []string) []string {
	out := make([]string, len(resources))
	for i, r := range resources {
		out[i] = r
		if k, found := kinds.OfResource(r); found {
			out[i] = k.Word
		}
	}
	return out
}

func (p *program) describeType(t *registry.Type) error {
	fmt.Fprintln(p.Out, t.Name)
	if t.Description != "" {
		p.paragraph(t.Description)
	}
	if t.Extends != "" {
		p.print("  It extends %s.", t.Extends)
	}
	for _, v := range t.Values {
		fmt.Fprintf(p.Out, "  %s\n", v)
	}
	return p.fields(t.Fields, false)
}

func (p *program) describeKind(k kinds.Kind) error {
	fmt.Fprintf(p.Out, "%s\n  %s\n", k.Word, k.Query.Summary())
	p.print("\nFields of conditions (of those with an arrow, a dot and a field follow):")
	for _, f := range k.Inventory.Fields {
		line := "  " + f.Name
		if f.Type != "" {
			line += "  " + f.Type
		}
		if f.Inventory != "" {
			line += "  -> " + f.Inventory
		}
		fmt.Fprintln(p.Out, line)
	}
	p.print("\nExample:")
	fmt.Fprintf(p.Out, "  zs query %s%s\n", k.Word, map[bool]string{true: " 'name~=web'"}[k.HasName()])
	return nil
}

// exampleOf is a call with the parameters that there have to be.
func exampleOf(entry registry.Entry, d *registry.Description) string {
	line := "zs call " + kinds.Short(entry)
	if entry.Info().Query {
		return line + " limit=10"
	}
	for _, f := range d.Params {
		if !f.Required || len(f.Default) > 0 {
			continue
		}
		line += " " + f.Name + "=" + exampleValue(f)
	}
	return line
}

func exampleValue(f registry.Field) string {
	switch {
	case len(f.Values) > 0:
		return f.Values[0]
	case len(f.KnownValues) > 0:
		return f.KnownValues[0]
	case len(f.RefersTo) > 0:
		return strings.ToUpper(words(f.RefersTo)[0])
	case f.Type == "bool":
		return "true"
	case f.Min != nil:
		return strconv.FormatInt(*f.Min, 10)
	case strings.HasPrefix(f.Type, "int"):
		return "1"
	case strings.HasPrefix(f.Type, "list<map"), strings.HasPrefix(f.Type, "map"):
		return "'{...}'"
	}
	return strings.ToUpper(f.Name)
}

package command

import (
	"strings"

	"github.com/jedib0t/go-pretty/v6/text"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/zstack-go/zstack-go/examples/zs/internal/lang"
)

// localize has the help of all commands in the language of the user.
func localize(root *cobra.Command) {
	cobra.AddTemplateFunc("say", func(message string) string { return lang.S(message) })
	cobra.AddTemplateFunc("flags", usages)
	cobra.AddTemplateFunc("line", func(line string) string { return strings.Replace(line, "[flags]", "["+lang.S("flags")+"]", 1) })
	root.SetUsageTemplate(`{{say "Usage:"}}{{if .Runnable}}
  {{line .UseLine}}{{end}}{{if .HasAvailableSubCommands}}
  {{.CommandPath}} {{say "COMMAND"}}{{end}}{{if .HasExample}}

{{say "Examples:"}}
{{.Example}}{{end}}{{if .HasAvailableSubCommands}}

{{say "Commands:"}}{{range .Commands}}{{if .IsAvailableCommand}}
  {{rpad .Name .NamePadding}} {{.Short}}{{end}}{{end}}{{end}}{{if .HasAvailableLocalFlags}}

{{say "Flags:"}}
{{flags .LocalFlags}}{{end}}{{if .HasAvailableInheritedFlags}}

{{say "Flags of all commands:"}}
{{flags .InheritedFlags}}{{end}}
`)
	root.SetHelpTemplate(`{{with or .Long .Short}}{{.}}

{{end}}{{.UsageString}}`)
	root.SetHelpCommand(&cobra.Command{
		Use:   "help [" + lang.S("COMMAND") + "]",
		Short: lang.S("Show the help of a command."),
		RunE: func(cmd *cobra.Command, args []string) error {
			found, _, err := root.Find(args)
			if err != nil || found == nil || found == root && len(args) > 0 {
				return usage("there is no command %q", strings.Join(args, " "))
			}
			return found.Help()
		},
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) (names []string, _ cobra.ShellCompDirective) {
			if len(args) == 0 {
				for _, c := range root.Commands() {
					if !c.IsAvailableCommand() {
						continue
					}
					names = append(names, c.Name()+"\t"+c.Short)
				}
			}
			return names, cobra.ShellCompDirectiveNoFileComp
		},
	})
}

// usages lists flags, with what they mean in line: Chinese letters are as wide as two others.
func usages(flags *pflag.FlagSet) string {
	var left, right []string
	width := 0
	flags.VisitAll(func(f *pflag.Flag) {
		if f.Hidden {
			return
		}
		value, usage := pflag.UnquoteUsage(f)
		name := "      --" + f.Name
		if f.Shorthand != "" {
			name = "  -" + f.Shorthand + ", --" + f.Name
		}
		if value != "" {
			name += " " + value
		}
		switch f.DefValue {
		case "", "[]", "0", "0s", "false":
		default:
			usage += " (" + lang.S("default") + " " + f.DefValue + ")"
		}
		left, right = append(left, name), append(right, usage)
		width = max(width, text.StringWidthWithoutEscSequences(name))
	})
	lines := make([]string, len(left))
	for i := range left {
		lines[i] = text.Pad(left[i], width+3, ' ') + right[i]
	}
	return strings.Join(lines, "\n")
}

// want checks how many arguments there are. A most of -1 is no limit.
func want(least, most int, names string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) < least || most >= 0 && len(args) > most {
			return usage("wrong number of arguments; usage: %s", strings.TrimSpace(cmd.CommandPath()+" "+names))
		}
		return nil
	}
}

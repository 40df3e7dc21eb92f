package command

import (
	"context"

	"github.com/spf13/cobra"
	"golang.org/x/text/language"

	"github.com/zstack-go/zstack-go/examples/zs/internal/assistant"
	"github.com/zstack-go/zstack-go/examples/zs/internal/cloud"
	"github.com/zstack-go/zstack-go/examples/zs/internal/lang"
	"github.com/zstack-go/zstack-go/zstack"
)

func (p *program) mcp() *cobra.Command {
	return &cobra.Command{
		Use:   "mcp",
		Short: lang.S("Serve assistants by the Model Context Protocol."),
		Long: lang.S("mcp serves the Model Context Protocol over standard input and output, for\n" +
			"assistants that start it as a server of their own. They can search and describe\n" +
			"all actions, query resources, and call actions; with --read-only nothing that\n" +
			"changes something. What is to be destroyed has to be named twice: by its UUID\n" +
			"and by its name. Secrets are hidden from them."),
		Example: "  zs mcp --read-only\n  zs mcp --simulate",
		Args:    want(0, 0, ""),
		RunE: func(cmd *cobra.Command, _ []string) error {
			lang.Use(language.English) // What assistants read is in one language.
			options := assistant.Options{ReadOnly: p.settings.ReadOnly || cloud.ReadOnlyByEnvironment(), Timeout: p.timeout}
			p.timeout = 0 // It is for each call.
			return p.with(cmd.Context(), func(ctx context.Context, c *cloud.Cloud) error {
				if p.dryRun {
					options.DryRun = func(ctx context.Context, action zstack.Action) (string, error) { return c.DryRun(ctx, action, nil) }
				}
				return assistant.Serve(ctx, c.Client, options, p.In, p.Out)
			})
		},
		ValidArgsFunction: cobra.NoFileCompletions,
	}
}

package command

import (
	"context"
	"encoding/json"

	"github.com/spf13/cobra"

	"github.com/zstack-go/zstack-go/examples/zs/internal/cloud"
	"github.com/zstack-go/zstack-go/examples/zs/internal/jobs"
	"github.com/zstack-go/zstack-go/examples/zs/internal/kinds"
	"github.com/zstack-go/zstack-go/examples/zs/internal/lang"
	"github.com/zstack-go/zstack-go/examples/zs/internal/output"
	"github.com/zstack-go/zstack-go/zstack"
)

func (p *program) wait() *cobra.Command {
	return &cobra.Command{
		Use:   "wait JOB-UUID",
		Short: lang.S("Wait for a job or a long job."),
		Long: lang.S("wait waits until a job has ended, which zs call --no-wait or another program\n" +
			"began, and prints its result. The server knows a job for three hours after its\n" +
			"end, and a long job until it is deleted."),
		Example:           "  zs wait 5b0d1c8e6f7a4b2c9d3e4f5a6b7c8d9e --timeout 10m",
		Args:              want(1, 1, "JOB-UUID"),
		RunE:              func(cmd *cobra.Command, args []string) error { return p.runWait(cmd.Context(), args[0]) },
		ValidArgsFunction: p.completeLongJobs,
	}
}

func (p *program) runWait(ctx context.Context, uuid string) error {
	format, err := p.format(output.JSON, output.JSON, output.YAML)
	if err != nil {
		return err
	}
	if !kinds.IsUUID(uuid) {
		return usage("%q is not the UUID of a job", uuid)
	}
	uuid = kinds.UUID(uuid)
	return p.with(ctx, func(ctx context.Context, c *cloud.Cloud) error {
		_, isLong, err := jobs.FindLong(ctx, c.Client, uuid)
		if err != nil {
			return err
		}
		if isLong {
			job, err := p.waitLong(ctx, c.Client, uuid)
			if err != nil {
				return err
			}
			data, err := result(map[string]any{"inventory": job})
			if err != nil {
				return err
			}
			return output.Value(p.Out, format, data)
		}
		teller := jobs.Tell(p.Err, lang.S("job"))
		defer teller.Close()
		raw, err := zstack.ResumeJob[json.RawMessage](c.Client, uuid, zstack.WithProgress(teller.Progress)).Wait(ctx)
		if err != nil {
			return err
		}
		return output.Value(p.Out, format, cleaned(*raw))
	})
}

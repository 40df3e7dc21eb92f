// Image-upload adds an image to a simulated management node from a file, which it serves to the
// backup storage, or from a URL, as a long job whose progress it shows:
//
//	go run ./examples/image-upload
//	ZSTACK_ENDPOINT=http://mn:8080 ZSTACK_ACCOUNT=admin ZSTACK_PASSWORD=... go run ./examples/image-upload -listen 10.0.0.7:9000 BACKUP-STORAGE NAME base.qcow2
//
// ZStack's backup storage fetches images; the API that the catalogue has takes a URL. So a file
// is served over HTTP, in parts if the backup storage asks for parts, until the image is there.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/zstack-go/zstack-go/actions"
	"github.com/zstack-go/zstack-go/examples/internal/example"
	"github.com/zstack-go/zstack-go/types"
	"github.com/zstack-go/zstack-go/zstack"
	"github.com/zstack-go/zstack-go/zstack/zstacktest"
)

func main() { program().Main() }

// A setup is what the command line says.
type setup struct {
	listen, url, resume string
}

func program() example.Program {
	var s setup
	return example.Program{
		Name: "image-upload",
		About: "Image-upload adds an image from a URL, or from a file of this machine, to a backup storage that\n" +
			"is given by name. It prints the UUID of the long job first: when it is stopped, -resume with\n" +
			"that UUID and the same arguments serves the file again and goes on waiting.",
		Args: "BACKUP-STORAGE NAME FILE-OR-URL",
		Flags: func(flags *flag.FlagSet) {
			flags.StringVar(&s.listen, "listen", "127.0.0.1:0", "the `address` to serve the file at, which the backup storage must reach")
			flags.StringVar(&s.url, "url", "", "the `URL` at which it reaches that address, if another")
			flags.StringVar(&s.resume, "resume", "", "the `UUID` of a long job to go on with")
		},
		Node: []zstacktest.Option{zstacktest.WithLongJobDelay(500 * time.Millisecond)},
		Prepare: func(context.Context, *example.Run) ([]string, error) {
			return []string{"backup-1", "base", "http://files.example.com/base.qcow2"}, nil
		},
		Run: func(ctx context.Context, run *example.Run) error { return upload(ctx, run, s) },
	}
}

func upload(ctx context.Context, run *example.Run, s setup) (failed error) {
	storage, err := actions.QueryBackupStorageAction{Conditions: zstack.Where(zstack.Eq("name", run.Args[0]))}.One(ctx, run.Client)
	if err != nil {
		return fmt.Errorf("backup storage %q: %w", run.Args[0], err)
	}
	url := run.Args[2]
	if !strings.Contains(url, "://") {
		if _, err := os.Stat(url); err != nil {
			return err
		}
		address, stop, err := serve(ctx, s, url)
		if err != nil {
			return err
		}
		defer func() { failed = errors.Join(failed, stop()) }()
		url = address
		run.Printf("Serving %s at %s\n", run.Args[2], url)
	}
	action := zstack.LongJob(actions.AddImageAction{
		Name: run.Args[1], URL: types.SecretURL(url), BackupStorageUUIDs: []string{storage.UUID},
	})
	progress := zstack.WithProgress(func(p zstack.Progress) {
		if p.Percent >= 0 {
			run.Printf("  %.0f %%\n", p.Percent)
		}
	})
	job := action.Resume(run.Client, s.resume, progress)
	if s.resume == "" {
		if job, err = action.Start(ctx, run.Client, progress); err != nil {
			return err
		}
	}
	run.Printf("Long job %s\n", job.UUID())
	added, err := job.Wait(ctx)
	if err != nil {
		return err
	}
	if added.Inventory == nil { // Not every release keeps what a long job returned.
		run.Printf("Added image %q\n", run.Args[1])
		return nil
	}
	run.Printf("Added image %q: %s is %s\n", added.Inventory.Name, added.Inventory.UUID, added.Inventory.Status)
	return nil
}

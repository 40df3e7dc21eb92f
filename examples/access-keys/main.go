// Access-keys makes an access key on a simulated management node, calls with it, and deletes it:
//
//	go run ./examples/access-keys
//	ZSTACK_ENDPOINT=http://mn:8080 ZSTACK_ACCOUNT=admin ZSTACK_PASSWORD=... go run ./examples/access-keys ACCOUNT
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"

	"github.com/zstack-go/zstack-go/actions"
	"github.com/zstack-go/zstack-go/examples/internal/example"
	"github.com/zstack-go/zstack-go/types"
	"github.com/zstack-go/zstack-go/zstack"
)

func main() { program().Main() }

func program() example.Program {
	var keep string
	return example.Program{
		Name: "access-keys",
		About: "Access-keys makes an access key for an account, makes a second client that signs its requests\n" +
			"with it, and deletes the key at the end. With -keep it writes the key to a file that only its\n" +
			"owner can read, as variables for a shell, and does not delete it.",
		Args: "ACCOUNT",
		Flags: func(flags *flag.FlagSet) {
			flags.StringVar(&keep, "keep", "", "the `file` to write the key to, which must not exist")
		},
		Prepare: func(context.Context, *example.Run) ([]string, error) { return []string{"admin"}, nil },
		Run:     func(ctx context.Context, run *example.Run) error { return use(ctx, run, keep) },
	}
}

func use(ctx context.Context, run *example.Run, keep string) (err error) {
	account, err := actions.QueryAccountAction{Conditions: zstack.Where(zstack.Eq("name", run.Args[0]))}.One(ctx, run.Client)
	if err != nil {
		return fmt.Errorf("account %q: %w", run.Args[0], err)
	}
	created, err := actions.CreateAccessKeyAction{AccountUUID: account.UUID, UserUUID: &account.UUID}.Call(ctx, run.Client)
	if err != nil {
		return err
	}
	key := created.Inventory
	run.Printf("Made access key %s with the secret %s\n", key.AccessKeyID, key.AccessKeySecret)
	kept := false
	defer func() {
		if !kept {
			err = errors.Join(err, run.Delete(ctx, "it", actions.DeleteAccessKeyAction{UUID: key.UUID}))
		}
	}()
	if err := call(ctx, run, key); err != nil || keep == "" {
		return err
	}
	if err := write(keep, key); err != nil {
		return err
	}
	kept = true
	run.Printf("Wrote it to %s\n", keep)
	return nil
}

// call reads something with the key. A client that never logs in cannot find the server's time
// zone, which is part of its signatures: it gets that of the one that did.
func call(ctx context.Context, run *example.Run, key *types.AccessKeyInventory) (err error) {
	signed, err := run.NewClient(
		zstack.WithCredentials(zstack.AccessKey(key.AccessKeyID, string(key.AccessKeySecret))),
		zstack.WithLocation(run.Client.Location()))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, example.Close(ctx, signed)) }()
	n, err := actions.QueryZoneAction{}.Count(ctx, signed)
	if err != nil {
		return err
	}
	run.Printf("Counted %d zones with it\n", n)
	return nil
}

// write writes the key to a new file.
func write(name string, key *types.AccessKeyInventory) error {
	file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(file, "ZSTACK_ACCESS_KEY_ID=%s\nZSTACK_ACCESS_KEY_SECRET=%s\n", key.AccessKeyID, string(key.AccessKeySecret))
	return errors.Join(err, file.Close())
}

package command

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/zstack-go/zstack-go/examples/zs/internal/cloud"
	"github.com/zstack-go/zstack-go/examples/zs/internal/lang"
)

func (p *program) login() *cobra.Command {
	var l cloud.Login
	var fromInput bool
	cmd := &cobra.Command{
		Use:   "login",
		Short: lang.S("Log in, and keep the session."),
		Long: lang.S("login opens a session, or tries an access key, and keeps it in a file that\n" +
			"nobody else can read, with the address. The password is asked for, or read from\n" +
			"standard input, and is not kept. Where the environment has credentials\n" +
			"(ZSTACK_ACCOUNT and kin), no login is needed."),
		Example: "  zs login --endpoint http://mn:8080 --account admin\n  zs login --endpoint http://mn:8080 --access-key ID\n  pass show zstack | zs login --account admin --password-stdin",
		Args:    want(0, 0, ""),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if p.settings.Simulate || p.settings.ReadOnly || p.dryRun {
				return usage("there is nothing to log in to with --simulate, --dry-run or --read-only")
			}
			ctx, cancel := p.limited(cmd.Context())
			defer cancel()
			if err := p.askFor(ctx, &l, fromInput); err != nil {
				return err
			}
			f, path, err := cloud.LogIn(ctx, p.settings, l)
			if err != nil {
				return err
			}
			p.print("Logged in as %s. That is kept in %s.", f, path)
			return nil
		},
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	flags := cmd.Flags()
	flags.StringVar(&l.Account, "account", "", lang.S("the `name` of the account; admin by default"))
	flags.StringVar(&l.User, "user", "", lang.S("the `name` of a user of the account"))
	flags.StringVar(&l.LDAP, "ldap", "", lang.S("the `uid` of an entry in an LDAP directory"))
	flags.StringVar(&l.IAM2, "iam2", "", lang.S("the `name` of an IAM2 virtual ID"))
	flags.StringVar(&l.AccessKey, "access-key", "", lang.S("the `ID` of an access key"))
	flags.BoolVar(&fromInput, "password-stdin", false, lang.S("read the password or secret from standard input"))
	for _, name := range []string{"account", "user", "ldap", "iam2", "access-key"} {
		_ = cmd.RegisterFlagCompletionFunc(name, cobra.NoFileCompletions)
	}
	return cmd
}

// askFor asks for what a login needs and the command line does not say.
func (p *program) askFor(ctx context.Context, l *cloud.Login, fromInput bool) error {
	ways := 0
	for _, way := range []string{l.Account, l.LDAP, l.IAM2, l.AccessKey} {
		if way != "" {
			ways++
		}
	}
	if ways > 1 {
		return usage("want one of --account, --ldap, --iam2 and --access-key")
	}
	if l.User != "" && (l.LDAP != "" || l.IAM2 != "" || l.AccessKey != "") {
		return usage("--user goes with --account alone")
	}
	interactive := term.IsTerminal(int(p.In.Fd())) && !fromInput
	if l.Account == "" && l.LDAP == "" && l.IAM2 == "" && l.AccessKey == "" {
		l.Account = "admin"
		if name := os.Getenv("ZSTACK_ACCOUNT"); name != "" {
			l.Account = name
		}
	}
	switch {
	case interactive:
		p.ask("Password of %s: ", l.Name())
		terminal := int(p.In.Fd())
		state, err := term.GetState(terminal)
		if err != nil {
			return err
		}
		secret, err := patiently(ctx, func() ([]byte, error) { return term.ReadPassword(terminal) })
		_ = term.Restore(terminal, state) // After an interrupt nobody else does.
		_, _ = io.WriteString(p.Err, "\n")
		if err != nil {
			return err
		}
		l.Secret = string(secret)
	case fromInput:
		line, err := patiently(ctx, func() ([]byte, error) { return bufio.NewReader(p.In).ReadBytes('\n') })
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		l.Secret = strings.TrimRight(string(line), "\r\n")
	default:
		l.Secret = os.Getenv("ZSTACK_PASSWORD")
		if l.AccessKey != "" {
			l.Secret = os.Getenv("ZSTACK_ACCESS_KEY_SECRET")
		}
	}
	if l.Secret == "" {
		return usage("there is no password: type it on a terminal, or use --password-stdin")
	}
	return nil
}

func (p *program) ask(format string, args ...any) {
	_, _ = io.WriteString(p.Err, lang.S(format, args...))
}

func (p *program) logout() *cobra.Command {
	return &cobra.Command{
		Use:   "logout",
		Short: lang.S("End the session and forget it."),
		Args:  want(0, 0, ""),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if p.settings.Simulate || p.settings.ReadOnly || p.dryRun {
				return usage("there is nothing to log out of with --simulate, --dry-run or --read-only")
			}
			ctx, cancel := p.limited(cmd.Context())
			defer cancel()
			f, err := cloud.LogOut(ctx)
			switch {
			case err != nil:
				return err
			case f == nil:
				p.print("Nobody is logged in.")
			default:
				p.print("Logged out %s.", f)
			}
			return nil
		},
		ValidArgsFunction: cobra.NoFileCompletions,
	}
}

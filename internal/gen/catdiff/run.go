package catdiff

import (
	"errors"
	"flag"
	"fmt"
	"io"

	"github.com/zstack-go/zstack-go/internal/catalog"
)

const usage = "usage: go run ./internal/gen diff [-breaking] OLD NEW"

// Run is the command: it compares the catalogues in the two folders that args name
// and writes the report to out. language gives the generator's rules for a catalogue.
func Run(args []string, out io.Writer, language func(*catalog.Catalogue) Language) error {
	flags := flag.NewFlagSet("diff", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	breaking := flags.Bool("breaking", false, "list only what breaks callers")
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprintln(out, usage)
		flags.SetOutput(out)
		flags.PrintDefaults()
		return nil
	case err != nil:
		return fmt.Errorf("%w\n%s", err, usage)
	case flags.NArg() != 2:
		return fmt.Errorf("diff takes two folders, not %d\n%s", flags.NArg(), usage)
	}
	before, err := readFolder(flags.Arg(0))
	if err != nil {
		return err
	}
	after, err := readFolder(flags.Arg(1))
	if err != nil {
		return err
	}
	return compare(newEdition(before, language(before)), newEdition(after, language(after))).write(out, *breaking)
}

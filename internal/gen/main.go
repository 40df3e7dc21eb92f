// Gen writes the packages types, types/systemtags, actions and actions/registry from the
// catalogue. Run it with
//
//	go generate ./...
//
// It changes nothing when run twice, deletes what it generated earlier and would
// not generate now, and leaves hand-written files alone. Where the catalogue
// holds something that it does not understand, it says what and writes nothing.
//
//	go run ./internal/gen diff [-breaking] OLD NEW
//
// compares two folders that hold a catalogue by what changes for callers; see
// package catdiff.
//
// The work goes through these files: api.go indexes the catalogue, names.go and
// gotypes.go say how things are called in Go, fields.go and tags.go make structs,
// actions.go, types.go, words.go, codes.go, systemtags.go and registry.go write the
// source of each subject, groups.go decides which file that goes into, and tree.go
// writes the files. The comments come from the package prose.
package main

import (
	"flag"
	"fmt"
	"os"

	"github.com/zstack-go/zstack-go/internal/catalog"
	"github.com/zstack-go/zstack-go/internal/gen/prose"
)

func main() {
	root := flag.String("root", ".", "the module's directory")
	verbose := flag.Bool("v", false, "say how much was generated")
	flag.Parse()
	if flag.Arg(0) == "diff" {
		if err := runDiff(flag.Args()[1:], os.Stdout); err != nil {
			fmt.Fprintf(os.Stderr, "gen: %v\n", err)
			os.Exit(1)
		}
		return
	}
	files, err := run(*root)
	if err != nil {
		fmt.Fprintf(os.Stderr, "gen: nothing was generated:\n%v\n", err)
		os.Exit(1)
	}
	if *verbose {
		fmt.Println(describe(files))
	}
}

// run generates everything under the module's directory.
func run(root string) (map[string][]byte, error) {
	c, err := catalog.Load()
	if err != nil {
		return nil, err
	}
	gr, err := loadGroups()
	if err != nil {
		return nil, err
	}
	files, err := generate(c, prose.New(c), gr)
	if err != nil {
		return nil, err
	}
	return files, writeTree(root, files)
}

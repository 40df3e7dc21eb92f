package catdiff

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/zstack-go/zstack-go/internal/catalog"
)

// readFolder reads the catalogue in a folder, without overrides. Every file has
// to be there but behaviour.json, which the first edition lacks.
func readFolder(dir string) (*catalog.Catalogue, error) {
	files := make(catalog.Files)
	for _, name := range []string{"actions.json", "types.json", "errors.json", "behaviour.json"} {
		data, err := os.ReadFile(filepath.Join(dir, name))
		switch {
		case err == nil:
			files[name] = data
		case name != "behaviour.json" || !errors.Is(err, fs.ErrNotExist):
			return nil, err
		}
	}
	c, err := catalog.Read(files)
	if err == nil {
		err = checkNames(c)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", dir, err)
	}
	return c, nil
}

// checkNames refuses a catalogue with two rows of one name: only one of them
// would be compared.
func checkNames(c *catalog.Catalogue) error {
	seen := make(map[string]bool)
	once := func(file, name string) error {
		if seen[file+" "+name] {
			return fmt.Errorf("%s: %s is there twice", file, name)
		}
		seen[file+" "+name] = true
		return nil
	}
	var list []error
	for _, a := range c.Actions {
		list = append(list, once("actions.json", a.Name))
		for _, p := range a.Params {
			list = append(list, once("actions.json", a.Name+"."+p.Name))
			for _, k := range p.Keys {
				list = append(list, once("actions.json", keySubject(a, p, k)))
			}
		}
	}
	for _, t := range c.Types {
		list = append(list, once("types.json", t.Name))
		for _, f := range t.Fields {
			list = append(list, once("types.json", t.Name+"."+f.Name))
		}
	}
	for _, e := range c.Errors {
		list = append(list, once("errors.json", e.Code))
	}
	for _, r := range c.Resources {
		list = append(list, once("behaviour.json", r.Resource))
	}
	return errors.Join(list...)
}

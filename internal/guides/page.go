// Package guides holds the documentation to what it says: its code compiles and runs, both
// languages have the same code, and links lead somewhere.
package guides

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
)

// A page is a Markdown file.
type page struct {
	name   string // its path from the root of the module, with slashes
	text   string
	blocks []block
	given  string // declarations for the fragments of Go: what comments of the page have after "given:"
}

// A block is a fenced block of code.
type block struct {
	language string // what follows the fence
	text     string
	line     int // of the fence
}

var given = regexp.MustCompile(`(?m)^<!-- given: (.*) -->$`)

// parse takes a page apart.
func parse(name, text string) page {
	p := page{name: name, text: text}
	for _, found := range given.FindAllStringSubmatch(text, -1) {
		p.given += "var (" + found[1] + ")\n"
	}
	var open *block
	for i, line := range strings.Split(text, "\n") {
		fence, found := strings.CutPrefix(line, "```")
		switch {
		case !found && open != nil:
			open.text += line + "\n"
		case !found:
		case open == nil:
			open = &block{language: strings.TrimSpace(fence), line: i + 1}
		default:
			p.blocks = append(p.blocks, *open)
			open = nil
		}
	}
	return p
}

// translationOf is the name of the page in Chinese.
func translationOf(name string) string {
	if rest, found := strings.CutPrefix(name, "docs/"); found {
		return "docs/zh-CN/" + rest
	}
	return strings.TrimSuffix(name, ".md") + ".zh-CN.md"
}

// pagesIn returns the pages at the root and under docs, without the generated ones.
func pagesIn(root string) ([]page, error) {
	names, err := filepath.Glob(filepath.Join(root, "*.md"))
	if err != nil {
		return nil, err
	}
	err = filepath.WalkDir(filepath.Join(root, "docs"), func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && entry.Name() == "api":
			return fs.SkipDir
		case strings.HasSuffix(name, ".md"):
			names = append(names, name)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	var pages []page
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		relative, err := filepath.Rel(root, name)
		if err != nil {
			return nil, err
		}
		pages = append(pages, parse(filepath.ToSlash(relative), string(text)))
	}
	return pages, nil
}

var link = regexp.MustCompile(`\]\(([^)\s]+)\)`)

// links returns the files that the page links to, as paths from the root of the module.
func (p page) links() []string {
	var files []string
	for _, found := range link.FindAllStringSubmatch(p.text, -1) {
		target, _, _ := strings.Cut(found[1], "#")
		if target == "" || strings.Contains(target, "://") {
			continue
		}
		files = append(files, path.Join(path.Dir(p.name), target))
	}
	return files
}

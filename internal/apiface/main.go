package main

import (
	"flag"
	"fmt"
	"io"
	"os"
)

func main() {
	check := flag.Bool("check", false, "fail unless the stored face is that of the source, and compatible with the last release")
	write := flag.Bool("write", false, "store the face of the source")
	dir := flag.String("dir", "../..", "the root of the module")
	flag.Parse()
	if *check == *write {
		fmt.Fprintln(os.Stderr, "apiface: either -check or -write is needed")
		os.Exit(2)
	}
	run := checkFace
	if *write {
		run = writeFace
	}
	ok, err := run(os.Stdout, *dir)
	if err != nil {
		fmt.Fprintln(os.Stderr, "apiface:", err)
	}
	if err != nil || !ok {
		os.Exit(1)
	}
}

// writeFace stores the face of the module in a directory, and says what is new in it.
func writeFace(w io.Writer, dir string) (bool, error) {
	m, err := load(dir)
	if err != nil {
		return false, err
	}
	stored, err := readFace(dir, m.path)
	if err != nil {
		return false, err
	}
	source := render(m)
	if err := source.write(dir, m.path); err != nil {
		return false, err
	}
	if len(stored) == 0 {
		fmt.Fprintf(w, "stored the face of %d packages\n", len(source))
		return true, nil
	}
	// What was stored may be in conflict with another branch, and need not be readable.
	d, err := compare(stored, source, m.path, m.exports)
	if err != nil {
		fmt.Fprintf(w, "stored the face; nothing can be said of what was there: %v\n", err)
		return true, nil
	}
	d.print(w, "the face that was stored")
	return true, nil
}

// checkFace compares the face of the module in a directory with the stored one and with that
// of the last release. It reports whether all is well.
func checkFace(w io.Writer, dir string) (bool, error) {
	m, err := load(dir)
	if err != nil {
		return false, err
	}
	stored, err := readFace(dir, m.path)
	if err != nil {
		return false, err
	}
	source := render(m)
	d, err := compare(stored, source, m.path, m.exports)
	if err != nil {
		return false, err
	}
	d.print(w, "the stored face")
	if !d.empty() {
		fmt.Fprintln(w, "If this is meant, renew the stored face by")
		fmt.Fprintln(w, "\tgo run -C internal/apiface . -write")
		fmt.Fprintln(w, "and commit it with the change.")
	}
	compatible, err := checkRelease(w, dir, m, source)
	return d.empty() && compatible, err
}

// checkRelease compares a face with that of the last release.
func checkRelease(w io.Writer, dir string, m *module, source face) (bool, error) {
	tag, err := lastRelease(dir)
	if err != nil || tag == "" {
		return true, err
	}
	before, err := faceAt(dir, m.path, tag)
	if err != nil {
		return false, err
	}
	if len(before) == 0 {
		fmt.Fprintf(w, "%s has no stored face\n", tag)
		return true, nil
	}
	d, err := compare(before, source, m.path, m.exports)
	if err != nil {
		return false, err
	}
	meant, err := accepted(dir, tag)
	if err != nil {
		return false, err
	}
	d.print(w, tag)
	unmeant, gone := without(d.incompatible, meant), without(meant, d.incompatible)
	printLines(w, "If this is meant, add to "+acceptedFile, tag+" ", unmeant)
	printLines(w, acceptedFile+" lists what has not changed", tag+" ", gone)
	return len(unmeant)+len(gone) == 0, nil
}

// print writes what is new since something.
func (d *difference) print(w io.Writer, since string) {
	if d.empty() {
		fmt.Fprintf(w, "The public face is that of %s.\n", since)
		return
	}
	printLines(w, "Incompatible with "+since, "", d.incompatible)
	printLines(w, "Added since "+since, "", d.added)
	printLines(w, "Written differently than in "+since, "", d.rewritten)
}

// printLines writes lines, if there are any, under a title.
func printLines(w io.Writer, title, prefix string, lines []string) {
	if len(lines) > 0 {
		fmt.Fprintln(w, title+":")
	}
	for _, line := range lines {
		fmt.Fprintf(w, "\t%s%s\n", prefix, line)
	}
}

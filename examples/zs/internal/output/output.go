// Package output writes rows and objects as tables, JSON, YAML and CSV.
package output

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"io"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
)

// The formats.
const (
	Table = "table"
	JSON  = "json"
	YAML  = "yaml"
	CSV   = "csv"
)

// Formats are all of them.
func Formats() []string { return []string{Table, JSON, YAML, CSV} }

// Rows writes rows in a format. With columns, such as name or vmNics.ip, there is nothing else
// in them. A table and CSV have the default columns where there are none.
func Rows(w io.Writer, format string, rows []json.RawMessage, columns, byDefault []string) error {
	switch {
	case format == Table || format == CSV:
		if len(columns) == 0 {
			columns = byDefault
		}
		lines, err := cells(rows, columns)
		if err != nil {
			return err
		}
		if format == CSV {
			out := csv.NewWriter(w)
			_ = out.Write(columns) // The writer keeps its first error.
			_ = out.WriteAll(lines)
			return out.Error()
		}
		return Lines(w, columns, lines)
	case len(columns) > 0:
		var err error
		if rows, err = Project(rows, columns); err != nil {
			return err
		}
	}
	if rows == nil {
		rows = []json.RawMessage{}
	}
	data, err := json.Marshal(rows)
	if err != nil {
		return err
	}
	return Value(w, format, data)
}

// Row writes one row, of which a table and CSV have a line.
func Row(w io.Writer, format string, row json.RawMessage, columns, byDefault []string) error {
	if format == Table || format == CSV {
		return Rows(w, format, []json.RawMessage{row}, columns, byDefault)
	}
	if len(columns) > 0 {
		projected, err := Project([]json.RawMessage{row}, columns)
		if err != nil {
			return err
		}
		row = projected[0]
	}
	return Value(w, format, row)
}

// Value writes JSON with line breaks, or as YAML, with the members in their order.
func Value(w io.Writer, format string, data json.RawMessage) error {
	var out []byte
	var err error
	if format == YAML {
		out, err = asYAML(data)
	} else {
		// Servers escape what need not be, such as quotes and equal signs.
		v := jsontext.Value(data)
		err = v.Format(jsontext.WithIndent("  "), jsontext.PreserveRawStrings(false), jsontext.SpaceAfterColon(true))
		out = append(v, '\n')
	}
	if err != nil {
		return err
	}
	_, err = w.Write(out)
	return err
}

// Lines writes a table. A terminal sees wide letters, such as Chinese ones, in line.
func Lines(w io.Writer, columns []string, lines [][]string) error {
	t := table.NewWriter()
	style := table.StyleDefault
	style.Options = table.OptionsNoBordersAndSeparators
	style.Box.PaddingLeft, style.Box.PaddingRight = "", "   "
	style.Format.Header = text.FormatDefault
	t.SetStyle(style)
	t.SuppressTrailingSpaces()
	header := make(table.Row, len(columns))
	for i, c := range columns {
		header[i] = c
	}
	t.AppendHeader(header)
	for _, line := range lines {
		row := make(table.Row, len(line))
		for i, cell := range line {
			row[i] = OneLine(cell)
		}
		t.AppendRow(row)
	}
	_, err := io.WriteString(w, t.Render()+"\n")
	return err
}

// OneLine keeps a value from breaking a line and from steering the terminal.
func OneLine(s string) string {
	return strings.Map(func(c rune) rune {
		if c < ' ' || c == 0x7f || c >= 0x80 && c < 0xa0 {
			return ' '
		}
		return c
	}, s)
}

func cells(rows []json.RawMessage, columns []string) ([][]string, error) {
	lines := make([][]string, len(rows))
	for i, row := range rows {
		v, err := decode(row)
		if err != nil {
			return nil, err
		}
		for _, c := range columns {
			lines[i] = append(lines[i], cell(at(v, strings.Split(c, "."))))
		}
	}
	return lines, nil
}

func decode(data []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	var v any
	err := d.Decode(&v)
	return v, err
}

// at follows a path of names, into each element of a list.
func at(v any, path []string) any {
	switch v := v.(type) {
	case []any:
		if len(path) == 0 {
			return v
		}
		found := []any{}
		for _, element := range v {
			switch inner := at(element, path).(type) {
			case nil:
			case []any:
				found = append(found, inner...)
			default:
				found = append(found, inner)
			}
		}
		return found
	case map[string]any:
		if len(path) == 0 {
			return v
		}
		return at(v[path[0]], path[1:])
	}
	if len(path) > 0 {
		return nil
	}
	return v
}

func cell(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case []any:
		parts := make([]string, len(v))
		for i, element := range v {
			parts[i] = cell(element)
		}
		return strings.Join(parts, ",")
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if e.Encode(v) != nil {
		return ""
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// Project leaves only some columns of rows, in that order.
func Project(rows []json.RawMessage, columns []string) ([]json.RawMessage, error) {
	out := make([]json.RawMessage, len(rows))
	for i, row := range rows {
		v, err := decode(row)
		if err != nil {
			return nil, err
		}
		var b bytes.Buffer
		b.WriteByte('{')
		for n, c := range columns {
			key, err := json.Marshal(c)
			if err != nil {
				return nil, err
			}
			value, err := json.Marshal(at(v, strings.Split(c, ".")))
			if err != nil {
				return nil, err
			}
			if n > 0 {
				b.WriteByte(',')
			}
			b.Write(key)
			b.WriteByte(':')
			b.Write(value)
		}
		b.WriteByte('}')
		out[i] = b.Bytes()
	}
	return out, nil
}

// Columns chooses those that a table has by default from the names of the scalar fields of a
// kind of rows.
func Columns(fields []string) []string {
	const enough = 6
	var columns []string
	take := func(name string) {
		if len(columns) < enough && slices.Contains(fields, name) && !slices.Contains(columns, name) {
			columns = append(columns, name)
		}
	}
	for _, name := range []string{"name", "uuid", "state", "status", "type", "ip", "tag", "value", "size", "zoneUuid"} {
		take(name)
	}
	for _, name := range fields {
		if len(columns) >= 4 {
			break
		}
		if !strings.HasSuffix(name, "Date") && name != "description" {
			take(name)
		}
	}
	return columns
}

// Cells returns the cells of one row by their columns.
func Cells(row json.RawMessage, columns []string) (map[string]string, error) {
	lines, err := cells([]json.RawMessage{row}, columns)
	if err != nil {
		return nil, err
	}
	byColumn := make(map[string]string, len(columns))
	for i, c := range columns {
		byColumn[c] = lines[0][i]
	}
	return byColumn, nil
}

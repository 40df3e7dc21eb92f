package wire

import "bytes"

// A Text is the JSON text of a value, which [Decoder.Members] read but left
// undecoded. It is a part of the data that was read.
type Text []byte

// Texts calls each with the name and the value of every member that is a string; a
// value that is not an object has none. Both are parts of t unless they are escaped.
//
// What is JSON is known already, so this looks for little more than quotes: the
// schema of a long list is a tenth of the reply, and reading it as carefully once
// more would cost as much as it says.
func (t Text) Texts(each func(name, text []byte)) {
	if len(t) == 0 || t[0] != '{' {
		return
	}
	rest := t[1:]
	for open := bytes.IndexByte(rest, '"'); open >= 0; open = bytes.IndexByte(rest, '"') {
		var name, value []byte
		name, rest = cutText(rest[open:])
		rest = bytes.TrimLeft(rest, " \t\r\n:")
		if rest[0] != '"' {
			rest = afterValue(rest)
			continue
		}
		value, rest = cutText(rest)
		name, _ = Unquote(name)
		value, _ = Unquote(value)
		each(name, value)
	}
}

// cutText cuts a JSON text off data that starts with one.
func cutText(data []byte) (text, rest []byte) {
	end := 1
	for {
		end += bytes.IndexByte(data[end:], '"')
		escapes := 0
		for data[end-1-escapes] == '\\' {
			escapes++
		}
		end++
		if escapes%2 == 0 {
			return data[:end], data[end:]
		}
	}
}

// afterValue returns what follows the value that data starts with: a comma, or
// the end of the object that the value is in.
func afterValue(data []byte) []byte {
	depth := 0
	for depth >= 0 {
		switch data[0] {
		case '"':
			_, data = cutText(data)
			continue
		case '{', '[':
			depth++
		case '}', ']':
			depth--
		case ',':
			if depth == 0 {
				return data
			}
		}
		data = data[1:]
	}
	return data
}

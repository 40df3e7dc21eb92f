package wire

// any reads a value of no known type, as the function for it does.
func (b *binder) any(i int) (v any, end int) {
	switch b.content[i] {
	case '{':
		var object map[string]any
		end = b.anyMap(&object, i)
		return object, end
	case '[':
		return b.anyList(i)
	case '"':
		said, end := b.cut(i)
		return b.keeper.text(said), end
	case 't':
		return true, i + len("true")
	case 'f':
		return false, i + len("false")
	case 'n':
		return nil, i + len("null")
	default:
		end = skipLiteral(b.content, i)
		return number(b.content[i:end]), end
	}
}

func (b *binder) anyList(i int) (list []any, end int) {
	list = []any{}
	for i = skipSpace(b.content, i+1); b.content[i] != ']'; {
		var v any
		v, i = b.any(i)
		list = append(list, v)
		i = b.nextPart(i)
	}
	return list, i + 1
}

// nextPart returns where the next element or member begins, or where the list or
// the object ends.
func (b *binder) nextPart(i int) int {
	if i = skipSpace(b.content, i); b.content[i] == ',' {
		i = skipSpace(b.content, i+1)
	}
	return i
}

func (b *binder) anyMap(m *map[string]any, i int) int {
	if *m == nil {
		*m = map[string]any{}
	}
	for i = skipSpace(b.content, i+1); b.content[i] != '}'; i = b.nextPart(i) {
		var name string
		name, i = b.name(i)
		(*m)[name], i = b.any(i)
	}
	return i + 1
}

func (b *binder) textMap(m *map[string]string, i int) int {
	if *m == nil {
		*m = map[string]string{}
	}
	for i = skipSpace(b.content, i+1); b.content[i] != '}'; i = b.nextPart(i) {
		var name string
		name, i = b.name(i)
		switch b.content[i] {
		case '"':
			said, end := b.cut(i)
			(*m)[name], i = b.keeper.text(said), end
		case 'n':
			(*m)[name] = ""
			i += len("null")
		default:
			return failed
		}
	}
	return i + 1
}

// name returns the name of a member, and where its value begins.
func (b *binder) name(i int) (name string, value int) {
	said, i := b.cut(i)
	name = b.keeper.text(said)
	return name, skipSpace(b.content, skipSpace(b.content, i)+1)
}

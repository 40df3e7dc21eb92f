package queries

// like reports whether s fits a SQL LIKE pattern: "%" stands for anything, "_"
// for one character, and a backslash takes the meaning from the one after it.
func like(s, pattern []rune) bool {
	// After the last "%", which is at star, s has been matched from mark on.
	i, p, star, mark := 0, 0, -1, 0
	for i < len(s) {
		switch {
		case p < len(pattern) && pattern[p] == '%':
			star, mark = p, i
			p++
			continue
		case p < len(pattern) && pattern[p] == '\\' && p+1 < len(pattern):
			if pattern[p+1] == s[i] {
				i++
				p += 2
				continue
			}
		case p < len(pattern) && (pattern[p] == '_' || pattern[p] == s[i]):
			i++
			p++
			continue
		}
		if star < 0 {
			return false
		}
		mark++
		i, p = mark, star+1
	}
	for p < len(pattern) && pattern[p] == '%' {
		p++
	}
	return p == len(pattern)
}

//! Dates of the Gregorian calendar: of seconds since 1970, and as text. The local time is UTC.

use super::{Error, Result};

/// A date with its time of the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Date {
    pub year: i64,
    pub month: i64,
    pub day: i64,
    pub hour: i64,
    pub minute: i64,
    pub second: i64,
}

const DAY: i64 = 86_400;
const WEEKDAYS: [&str; 7] = [
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
];
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// Days since 1970: Howard Hinnant's `days_from_civil`.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year - era * 400;
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

impl Date {
    /// The date at so many seconds since 1970: `civil_from_days` of the same.
    pub fn at(seconds: i64) -> Date {
        let (days, second) = (seconds.div_euclid(DAY), seconds.rem_euclid(DAY));
        let shifted = days + 719_468;
        let era = shifted.div_euclid(146_097);
        let of_era = shifted - era * 146_097;
        let years = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * years + years / 4 - years / 100);
        let month = (5 * of_year + 2) / 153;
        let day = of_year - (153 * month + 2) / 5 + 1;
        let month = if month < 10 { month + 3 } else { month - 9 };
        Date {
            year: years + era * 400 + i64::from(month <= 2),
            month,
            day,
            hour: second / 3600,
            minute: second / 60 % 60,
            second: second % 60,
        }
    }

    /// The date that the first numbers of a `struct_time` mean.
    pub fn of(parts: &[i64]) -> Result<Date> {
        let &[year, month, day, hour, minute, second, ..] = parts else {
            return Err(Error::type_("Tuple or struct_time argument required"));
        };
        let check = |value: i64, from: i64, to: i64, what: &'static str| match (from..=to)
            .contains(&value)
        {
            true => Ok(value),
            false => Err(Error::value(format!("{what} out of range"))),
        };
        Ok(Date {
            year,
            month: check(month, 0, 12, "month")?.max(1),
            day: check(day, 0, 31, "day of month")?.max(1),
            hour: check(hour, 0, 23, "hour")?,
            minute: check(minute, 0, 59, "minute")?,
            second: check(second, 0, 61, "seconds")?,
        })
    }

    /// Seconds since 1970.
    pub fn seconds(&self) -> i64 {
        days(self.year, self.month, self.day) * DAY
            + self.hour * 3600
            + self.minute * 60
            + self.second
    }

    /// 0 is Monday.
    fn weekday(&self) -> i64 {
        (days(self.year, self.month, self.day) + 3).rem_euclid(7)
    }

    /// 1 is the first of January.
    fn yearday(&self) -> i64 {
        days(self.year, self.month, self.day) - days(self.year, 1, 1) + 1
    }

    /// The numbers of a `struct_time`.
    pub fn parts(&self) -> [i64; 9] {
        [
            self.year,
            self.month,
            self.day,
            self.hour,
            self.minute,
            self.second,
            self.weekday(),
            self.yearday(),
            0,
        ]
    }

    /// The year and the week of ISO 8601.
    fn iso(&self) -> (i64, i64) {
        let thursday = days(self.year, self.month, self.day) - self.weekday() + 3;
        let year = Date::at(thursday * DAY).year;
        (year, (thursday - days(year, 1, 1)) / 7 + 1)
    }

    /// `strftime`, as the C library has it in the C locale.
    pub fn format(&self, format: &str) -> String {
        let mut out = String::new();
        let mut chars = format.chars();
        while let Some(c) = chars.next() {
            match (c, c == '%') {
                (_, true) => match chars.next() {
                    Some(directive) => self.directive(directive, &mut out),
                    None => out.push('%'),
                },
                _ => out.push(c),
            }
        }
        out
    }

    fn directive(&self, directive: char, out: &mut String) {
        let (weekday, yearday) = (self.weekday(), self.yearday());
        let month = MONTHS[(self.month - 1) as usize];
        let half = (self.hour + 11) % 12 + 1;
        let is_morning = self.hour < 12;
        let text = match directive {
            'a' => WEEKDAYS[weekday as usize][..3].to_owned(),
            'A' => WEEKDAYS[weekday as usize].to_owned(),
            'b' | 'h' => month[..3].to_owned(),
            'B' => month.to_owned(),
            'c' => self.format("%a %b %e %H:%M:%S %Y"),
            'C' => format!("{:02}", self.year / 100),
            'd' => format!("{:02}", self.day),
            'D' | 'x' => self.format("%m/%d/%y"),
            'e' => format!("{:2}", self.day),
            'F' => self.format("%Y-%m-%d"),
            'g' => format!("{:02}", self.iso().0 % 100),
            'G' => self.iso().0.to_string(),
            'H' => format!("{:02}", self.hour),
            'I' => format!("{half:02}"),
            'j' => format!("{yearday:03}"),
            'k' => format!("{:2}", self.hour),
            'l' => format!("{half:2}"),
            'm' => format!("{:02}", self.month),
            'M' => format!("{:02}", self.minute),
            'n' => "\n".to_owned(),
            'p' => (if is_morning { "AM" } else { "PM" }).to_owned(),
            'P' => (if is_morning { "am" } else { "pm" }).to_owned(),
            'r' => self.format("%I:%M:%S %p"),
            'R' => self.format("%H:%M"),
            's' => self.seconds().to_string(),
            'S' => format!("{:02}", self.second),
            't' => "\t".to_owned(),
            'T' | 'X' => self.format("%H:%M:%S"),
            'u' => (weekday + 1).to_string(),
            'U' => format!("{:02}", (yearday + 6 - (weekday + 1) % 7) / 7),
            'V' => format!("{:02}", self.iso().1),
            'w' => ((weekday + 1) % 7).to_string(),
            'W' => format!("{:02}", (yearday + 6 - weekday) / 7),
            'y' => format!("{:02}", self.year.rem_euclid(100)),
            'Y' => self.year.to_string(),
            'z' => "+0000".to_owned(),
            'Z' => "UTC".to_owned(),
            '%' => "%".to_owned(),
            other => format!("%{other}"),
        };
        out.push_str(&text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_of_seconds_and_back() {
        for seconds in [
            -62_135_596_800,
            -1,
            0,
            951_782_400,
            1_767_225_600,
            253_402_300_799,
        ] {
            assert_eq!(Date::at(seconds).seconds(), seconds);
        }
        let date = Date::at(1_709_211_909);
        assert_eq!(
            date.format("%A %d %B %Y, %H:%M:%S"),
            "Thursday 29 February 2024, 13:05:09"
        );
        assert_eq!(
            date.format("%j %U %W %V %G %u %I%p"),
            "060 08 09 09 2024 4 01PM"
        );
        assert_eq!(Date::at(1_735_603_200).format("%G-%V"), "2025-01");
    }
}

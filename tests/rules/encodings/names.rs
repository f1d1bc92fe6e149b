//! Lists of invented people, in many languages.

pub struct Language {
    pub name: &'static str,
    /// The encodings that people use for it, other than Unicode's.
    pub encodings: &'static [&'static str],
    header: &'static str,
    first_names: &'static str,
    last_names: &'static str,
    companies: &'static str,
    cities: &'static str,
}

/// A stream of numbers that is determined by a text.
pub struct Random(u64);

impl Random {
    pub fn of(seed: &str) -> Self {
        Self(
            seed.bytes().fold(14_695_981_039_346_656_037, |hash, byte| {
                (hash ^ u64::from(byte)).wrapping_mul(1_099_511_628_211)
            }),
        )
    }

    pub fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound
    }

    fn word<'w>(&mut self, words: &'w str, separator: char) -> &'w str {
        let words: Vec<_> = words.split(separator).collect();
        words[self.below(words.len())]
    }
}

impl Language {
    /// A header, and this many rows of first name, last name, company, city and address.
    pub fn list(&self, rows: usize, random: &mut Random) -> String {
        let mut text = format!("{};E-Mail\r\n", self.header);
        for row in 0..rows {
            let cells = [self.first_names, self.last_names].map(|words| random.word(words, ' ').to_owned());
            let company = random.word(self.companies, ',').replace('*', random.word(self.last_names, ' '));
            let city = random.word(self.cities, ',');
            text += &format!("{};{};{company};{city};p{row}@example.com\r\n", cells[0], cells[1]);
        }
        text
    }
}

macro_rules! languages {
    ($($name:literal [$($encoding:literal)+] $header:literal $first:literal $last:literal $companies:literal $cities:literal;)*) => {
        pub const LANGUAGES: &[Language] = &[$(Language {
            name: $name, encodings: &[$($encoding),+], header: $header,
            first_names: $first, last_names: $last, companies: $companies, cities: $cities,
        }),*];
    };
}

languages! {
    "German" ["windows-1252" "iso-8859-15" "windows-1250"] "Vorname;Nachname;Firma;Ort"
        "Jürgen Anna Peter Käthe Jörg Sabine Günther Björn Lukas Zoë Marlies Sören Thomas Ulrike Hans Bärbel"
        "Müller Schmidt Weiß Krüger Schäfer Koch Jäger Böhm Groß Lange Vogt Köhler Brandt Schröder Hübner Franke"
        "* GmbH,Bäckerei *,* & Söhne KG,Autohaus *,Möbelhaus Süd,Verlag Nordlicht,* Straßenbau AG"
        "Köln,Berlin,München,Düsseldorf,Hamburg,Nürnberg,Gießen,Lübeck,Bremen,Würzburg";
    "French" ["windows-1252" "iso-8859-15"] "Prénom;Nom;Société;Ville"
        "Hélène Jean François Chloé Luc Océane Benoît Amélie Paul Gaëlle Rémi Irène Joël Céline Marc Zoé"
        "Lefèvre Dupont Béranger Morel Hérault Bonnet Prévost Giraud Châtelain Besançon Gauthier Lemaître Fontaine Marchand"
        "Boulangerie *,* et Frères,Société Générale de Bâtiment,Garage du Château,Éditions *,Cœur de Ville SARL,Hôtel *"
        "Paris,Orléans,Nîmes,Besançon,Lyon,Béziers,Saint-Étienne,Angoulême,Lille,Évry";
    "Spanish" ["windows-1252"] "Nombre;Apellidos;Empresa;Población"
        "José María Ana Ángel Begoña Íñigo Lucía Carlos Inés Rubén Pilar Jesús Mónica Andrés Sofía Elena"
        "García Muñoz Núñez López Peña Gómez Ruiz Ibáñez Vázquez Ortega Castaño Sáez Romero Gutiérrez"
        "Construcciones *,* e Hijos S.L.,Compañía del Sur,Diseño *,Panadería *,Talleres *,Clínica *"
        "Málaga,Madrid,Cádiz,Logroño,León,A Coruña,Sevilla,Córdoba,Ávila,Barcelona";
    "Portuguese" ["windows-1252"] "Nome;Apelido;Empresa;Cidade"
        "João Conceição Inês Antônio Luísa Gonçalo Márcia Sebastião Paulo Mônica Estêvão Cecília Rui Lúcia"
        "Gonçalves Simões Araújo Magalhães Conceição Guimarães Pereira Brandão Vasconcelos Assunção Falcão Luís"
        "Construções *,Padaria São *,* & Irmãos Lda,Comércio de Peças *,Soluções Digitais,Consultoria *"
        "São Paulo,Lisboa,Évora,Guimarães,Brasília,Santarém,Porto,Goiânia,Maceió,Viseu";
    "Italian" ["windows-1252"] "Nome;Cognome;Società;Città"
        "Niccolò Giulia Noè Marco Mosè Chiara Luca Salomè Anna Daniele Zoè Elisa"
        "Rossi Nicolò Cantù Forlì Bianchi Dalò Ferrari Tagliabò Conti Scanù Marè Greco"
        "Società Agricola *,Caffè *,Officina *,* & Figli S.r.l.,Qualità Italia,Università *"
        "Milano,Forlì,Cantù,Roma,Torino,Mondovì,Cefalù,Napoli,Patti,Nardò";
    "Swedish" ["windows-1252"] "Förnamn;Efternamn;Företag;Ort"
        "Åsa Björn Märta Lars Östen Göran Anna Håkan Sören Karin Pär Ingrid Jörgen Linnéa"
        "Åkesson Lindström Öberg Nilsson Sjögren Berg Häggström Lindén Björk Strömberg Ek Bäckman"
        "* Bygg AB,Måleri *,Söderströms Åkeri,* och Söner,Trävaror i Norr,Kök & Bad *"
        "Göteborg,Malmö,Stockholm,Västerås,Örebro,Umeå,Luleå,Gävle,Lund,Jönköping";
    "Danish" ["windows-1252" "iso-8859-15"] "Fornavn;Efternavn;Virksomhed;By"
        "Søren Åse Jørgen Mette Bjørn Kåre Anne Pål Frøydis Øyvind Håkon Lone Asbjørn Torbjørn"
        "Sørensen Ødegård Bjørnson Hansen Lykkegård Møller Næss Østergaard Bakke Kjær Grønlund Skovgård"
        "* Rådgivning ApS,Bageri *,Tømrer *,* og Sønner,Sjælland Færge A/S,Grønt Miljø"
        "Århus,København,Tromsø,Ålesund,Odense,Næstved,Helsingør,Oslo,Bodø,Køge";
    "Finnish" ["windows-1252" "iso-8859-15"] "Etunimi;Sukunimi;Yritys;Paikkakunta"
        "Päivi Jyrki Väinö Hannele Jäärni Matti Äiju Sämpy Jörn Kyösti Sirkka Pertti Yrjö Anneli"
        "Mäkelä Virtanen Hämäläinen Nieminen Töyrylä Lehtimäki Järvinen Korhonen Sjöström Väisänen Räsänen Kärkkäinen"
        "Rakennus * Oy,Leipomo *,Hyvä Työ Oy,* ja Pojat,Metsä ja Järvi,Kärki Media"
        "Jyväskylä,Helsinki,Hämeenlinna,Seinäjoki,Tampere,Ylöjärvi,Mänttä,Oulu,Kemijärvi";
    "Icelandic" ["windows-1252"] "Fornafn;Eftirnafn;Fyrirtæki;Staður"
        "Guðrún Jón Sigríður Þór Ólafur Björk Ásta Helgi Hörður Þóra Einar Kristín"
        "Jónsdóttir Þorsteinsson Sigurðsson Guðmundsdóttir Ólafsson Björnsdóttir Magnússon Þórðarson"
        "Fiskvinnsla *,* og Synir ehf,Brauðgerð *,Íslensk Miðlun,Vélsmiðja *"
        "Reykjavík,Akureyri,Ísafjörður,Höfn,Selfoss,Egilsstaðir,Kópavogur";
    "Polish" ["windows-1250" "iso-8859-2"] "Imię;Nazwisko;Firma;Miejscowość"
        "Łukasz Małgorzata Anna Paweł Świętosław Bożena Jan Grażyna Michał Żaneta Ścibor Piotr Bogusław Ewa"
        "Wójcik Dąbrowski Kowalczyk Wiśniewska Zając Łęcki Szymański Krawczyk Woźniak Pięta Gołąb Źródlak Mróz Sikora"
        "Piekarnia *,* i Synowie,Zakład Usług *,Spółdzielnia Żuraw,Przedsiębiorstwo *,Księgarnia Świat"
        "Łódź,Kraków,Gdańsk,Warszawa,Poznań,Częstochowa,Rzeszów,Białystok,Świdnica,Zielona Góra";
    "Czech" ["windows-1250" "iso-8859-2"] "Jméno;Příjmení;Společnost;Město"
        "Jiří Tomáš Zdeněk Anežka Ondřej Věra Lukáš Růžena Matěj Šárka Jakub Žofie Luděk Eva"
        "Dvořák Černý Němec Růžička Procházka Kučera Beneš Šťastný Kříž Doležal Součková Holub Fořt Čížek"
        "Pekařství *,* a synové,Stavební společnost *,Čistírna *,Účetnictví Žižkov,Strojírny *"
        "Plzeň,Brno,Ústí nad Labem,České Budějovice,Olomouc,Děčín,Žďár,Kroměříž,Praha,Třebíč";
    "Slovak" ["windows-1250" "iso-8859-2"] "Meno;Priezvisko;Spoločnosť;Mesto"
        "Ľubomír Zuzana Štefan Žofia Ján Ľudmila Matúš Anežka Vojtech Mária Tomáš Dušan Božena"
        "Kováč Horváth Baláž Hudák Sloboda Nagyová Mlynárik Šťastný Kučera Chovanec Ďurica Krajčír Polák"
        "Pekáreň *,Stavebná spoločnosť *,* a synovia,Účtovníctvo *,Kníhkupectvo Ľúč"
        "Košice,Žilina,Trenčín,Nitra,Liptovský Mikuláš,Prešov,Banská Štiavnica,Martin,Piešťany";
    "Hungarian" ["windows-1250" "iso-8859-2"] "Keresztnév;Vezetéknév;Cég;Város"
        "László Zsófia Gergő Ágnes Béla Tünde Győző Erzsébet Péter Örs Ildikó Jenő Máté Katalin"
        "Szabó Tóth Kovács Németh Erdős Szűcs Nagy Kőműves Takács Lőrincz Fűzi Balogh Juhász Varga"
        "Pékség *,* és Fia Kft.,Könyvelő Iroda,Építő *,Műszaki *,Gyógyszertár *"
        "Győr,Szeged,Pécs,Székesfehérvár,Debrecen,Érd,Kecskemét,Hódmezővásárhely,Makó,Fűzfő";
    "Romanian" ["windows-1250" "iso-8859-2"] "Prenume;Nume;Companie;Oraş"
        "Ştefan Ioana Mădălina Răzvan Ţuţu Ana Cătălin Ilinca Ionuţ Brânduşa Mihai Ancuţa"
        "Popescu Ştefănescu Rădulescu Câmpeanu Bălan Moraru Ţepeş Mureşan Dănilă Vîlcu Grigoraş Preda"
        "Brutăria *,Construcţii *,* şi Fiii,Asociaţia *,Librăria Bucureşti,Întreprinderea *"
        "Bucureşti,Iaşi,Braşov,Timişoara,Constanţa,Târgu Mureş,Piteşti,Cluj,Râmnicu Vâlcea";
    "Croatian" ["windows-1250" "iso-8859-2"] "Ime;Prezime;Tvrtka;Grad"
        "Željko Ana Siniša Đurđica Tomislav Živko Krešimir Nataša Ivan Šime Božidar Vesna"
        "Horvat Kovačić Đurić Babić Šimić Perković Žagar Novak Knežević Mlinarić Ćosić Vuković"
        "Pekara *,Građevinarstvo *,* i sinovi,Knjižara *,Računovodstvo *"
        "Zagreb,Šibenik,Čakovec,Požega,Varaždin,Đakovo,Split,Kaštela";
    "Turkish" ["windows-1254"] "Adı;Soyadı;Şirket;Şehir"
        "Ayşe Çağrı İbrahim Özgür Tuğba Gülşen Işıl Mehmet Yiğit Şükrü Ümit Ebru Doğan Elif"
        "Yılmaz Öztürk Çelik Şahin Kaya Doğru Güneş Aydın Karadağ Koç Işık Erdoğdu Bozkır Uçar"
        "* İnşaat A.Ş.,* Gıda,Güneş Yazılım,Çağdaş Mobilya,* Dış Ticaret,Özel Hastane"
        "İstanbul,İzmir,Eskişehir,Muğla,Diyarbakır,Şanlıurfa,Ankara,Balıkesir,Çorum,Iğdır";
    "Lithuanian" ["windows-1257"] "Vardas;Pavardė;Įmonė;Miestas"
        "Jonas Rūta Žygimantas Eglė Šarūnas Jūratė Kęstutis Živilė Čiurlys Daiva Ąžuolas Vytautė"
        "Kazlauskas Petrauskienė Žukauskas Šimkutė Jankūnas Bružas Čepaitė Vaičiūnas Gėgžna Būga"
        "* Statyba UAB,Kepykla *,Žalioji Energija,* ir Sūnūs,Įrankių Namai"
        "Šiauliai,Kaunas,Panevėžys,Klaipėda,Utena,Mažeikiai,Kėdainiai,Rokiškis";
    "Latvian" ["windows-1257"] "Vārds;Uzvārds;Uzņēmums;Pilsēta"
        "Jānis Līga Māris Ēriks Žanete Kārlis Zigrīda Ģirts Anna Ķesters Ilmārs Šarlote"
        "Bērziņš Kalniņa Ozoliņš Liepiņa Krūmiņš Zariņa Āboliņš Cīrulis Vītola Ķēniņš Ļubka"
        "Maiznīca *,* un Dēli SIA,Celtniecības Uzņēmums,Grāmatvedība *,Zaļā Ēka"
        "Rīga,Liepāja,Cēsis,Jūrmala,Rēzekne,Ķekava,Valmiera,Jēkabpils";
    "Estonian" ["windows-1257" "windows-1252"] "Eesnimi;Perekonnanimi;Ettevõte;Linn"
        "Jüri Õnne Mäidu Kristjan Ülle Tõnu Märt Anneli Pärtel Söömi Kõnn Urmas"
        "Tamm Mägi Sepp Põld Kõiv Rebane Jõgi Päts Lõhmus Käärt Sööt Oja"
        "* Ehitus OÜ,Pagariäri *,Mööbel *,* ja Pojad,Roheline Õu"
        "Tallinn,Pärnu,Võru,Põlva,Jõhvi,Tartu,Kärdla,Jõgeva";
    "Vietnamese" ["windows-1258"] "Tên;Ho\u{323};Công ty;Thành phô\u{301}"
        "Du\u{303}ng Hương Tuâ\u{301}n Lan Đư\u{301}c Tha\u{309}o Hoàng Linh Phươ\u{323}ng Ma\u{323}nh Ngo\u{323}c Hiê\u{300}n Bi\u{300}nh Quyên"
        "Nguyê\u{303}n Trâ\u{300}n Lê Pha\u{323}m Huy\u{300}nh Hoàng Vu\u{303} Đă\u{323}ng Bu\u{300}i Đô\u{303} Hô\u{300} Ngô Dương"
        "Công ty TNHH *,Nhà hàng *,Cô\u{309} phâ\u{300}n Viê\u{323}t,Xây dư\u{323}ng *,Thương ma\u{323}i *"
        "Hà Nô\u{323}i,Đà Nă\u{303}ng,Huê\u{301},Câ\u{300}n Thơ,Ha\u{309}i Pho\u{300}ng,Nha Trang,Đà La\u{323}t,Quy Nhơn";
    "Russian" ["windows-1251" "iso-8859-5" "koi8-r"] "Имя;Фамилия;Компания;Город"
        "Иван Мария Сергей Ольга Дмитрий Юлия Фёдор Наталья Алексей Эдуард Игорь Жанна Владимир Светлана"
        "Кузнецов Смирнова Попов Васильева Щербаков Морозова Цветков Фёдорова Жуков Зайцева Хромов Юдина"
        "ООО Ромашка,ЗАО *,Строительная компания *,Пекарня,Издательство Эхо,ИП *"
        "Москва,Екатеринбург,Нижний Новгород,Ярославль,Челябинск,Уфа,Хабаровск,Омск";
    "Ukrainian" ["windows-1251" "koi8-u"] "Ім'я;Прізвище;Компанія;Місто"
        "Олексій Ірина Євген Їжакевич Наталія Андрій Ганна Юрій Соломія Дмитро Єва Микола"
        "Шевченко Бондаренко Ткачук Коваленко Мельник Лисенко Гриценко Цимбалюк Поліщук Їжак Ґудзь"
        "ТОВ *,Будівельна компанія,Видавництво Київ,Пекарня *,ФОП *"
        "Київ,Львів,Харків,Чернівці,Рівне,Житомир,Одеса,Запоріжжя";
    "Bulgarian" ["windows-1251"] "Име;Фамилия;Фирма;Град"
        "Георги Мария Димитър Цветелина Йордан Албена Христо Румяна Стоян Ивайло Здравка"
        "Иванов Петрова Димитров Стоянова Тодоров Христова Щерев Ангелова Желязков Цанкова"
        "ЕТ *,Строителна фирма *,Пекарна,Издателство Жар,ООД *"
        "София,Пловдив,Варна,Търговище,Бургас,Велико Търново,Кърджали,Ямбол";
    "Serbian" ["windows-1251" "iso-8859-5"] "Име;Презиме;Предузеће;Град"
        "Јован Љиљана Ђорђе Марија Његош Бранко Жељко Снежана Душан Весна Чедомир"
        "Јовановић Петровић Ђурић Љубичић Николић Павловић Џајић Шешум Живковић Станковић"
        "Пекара *,Грађевина *,Књижара Сунце,Предузеће *"
        "Београд,Ниш,Крушевац,Ваљево,Шабац,Чачак,Ужице,Зајечар";
    "Greek" ["windows-1253" "iso-8859-7"] "Όνομα;Επώνυμο;Εταιρεία;Πόλη"
        "Γιώργος Μαρία Άννα Δημήτρης Ελένη Νίκος Κατερίνα Άγγελος Ιωάννα Σπύρος Χρήστος Βασιλική"
        "Παπαδόπουλος Οικονόμου Αντωνίου Γεωργίου Νικολαΐδης Άλκης Βλάχος Καραγιάννη Ξένου Μακρής"
        "Αρτοποιείο *,Τεχνική *,Αφοί * ΟΕ,Εκδόσεις Ήλιος,Ξενοδοχείο *"
        "Αθήνα,Θεσσαλονίκη,Πάτρα,Ηράκλειο,Λάρισα,Άρτα,Καβάλα,Χανιά";
    "Hebrew" ["windows-1255"] "שם;משפחה;חברה;עיר"
        "דוד שרה יוסף רחל משה נועה אברהם תמר יעקב מיכל איתן גלית"
        "כהן לוי מזרחי פרץ ביטון דהן אברהם פרידמן מלכה אזולאי כץ גבאי"
        "מאפיית *,בנייה ופיתוח,* ובניו,הוצאת שמש,מסעדת *"
        "תל אביב,ירושלים,חיפה,באר שבע,נתניה,אשדוד,צפת,רחובות";
    "Arabic" ["windows-1256"] "الاسم;اللقب;الشركة;المدينة"
        "محمد فاطمة أحمد عائشة خالد نور يوسف زينب إبراهيم ليلى حسن سعاد"
        "العلي الحسيني المصري الخطيب النجار السيد الشريف حداد الغامدي القاسم الزهراني"
        "شركة *,مخبز *,مؤسسة * للتجارة,دار النشر,مطعم الشام"
        "القاهرة,الرياض,دمشق,بيروت,الدار البيضاء,جدة,عمان,الخرطوم";
    "Persian" ["windows-1256"] "نام;فاميل;شرکت;شهر"
        "محمد زهرا علي پريسا حسين مهسا رضا گلناز کامران ژاله امير نرگس"
        "احمدي کريمي پورمحمد چنگيزي رضايي گلستاني حسيني جعفري موسوي صادقي"
        "شرکت *,نانوايي *,انتشارات پارس,گروه صنعتي *"
        "تهران,شيراز,اصفهان,تبريز,مشهد,گرگان,کرج,رشت";
    "Japanese" ["shift_jis" "euc-jp"] "名前;苗字;会社;都市"
        "健一 さくら 翔太 美咲 大輔 陽子 蓮 葵 拓海 結衣 マリア 恵子 誠 彩香 ひろし 愛"
        "佐々木 渡辺 伊藤 小川 長谷川 藤原 斎藤 遠藤 青木 村上 近藤 坂本 宮崎 丸山 千葉 新井"
        "株式会社*,有限会社*,*商店,サンライズ,アクア・テック,*工務店,トヨカワ印刷,*建設"
        "札幌,仙台,横浜市,名古屋,神戸,広島,福岡市,さいたま,新潟,鹿児島";
    "Chinese" ["gb18030"] "名字;姓氏;公司;城市"
        "伟 芳 秀英 敏 静 丽娟 强 磊 洋 艳 勇 军 杰 涛 明 超 俊豪 梓涵 浩宇 欣怡"
        "王 李 张 刘 陈 杨 赵 黄 周 吴 徐 孙 欧阳 司马 诸葛 魏 蒋 沈 韩 冯"
        "*氏贸易有限公司,恒达科技股份有限公司,东方纺织厂,宏图软件,瑞丰食品有限公司,金桥物流"
        "北京,上海,哈尔滨,呼和浩特,重庆,郑州,石家庄,济南,福州,拉萨";
    "Taiwanese" ["big5"] "名字;姓氏;公司;城市"
        "志明 淑芬 家豪 怡君 俊傑 雅婷 承恩 品妍 冠宇 美玲 建宏 詩涵 宗翰 佩珊"
        "陳 林 黃 張 李 王 吳 劉 蔡 楊 許 鄭 謝 洪 郭 邱 曾 廖 賴 徐 歐陽"
        "*記食品行,宏達電子股份有限公司,遠東貿易,統一企業社,大同印刷廠,*氏建設"
        "臺北市,高雄,臺中,新竹縣,嘉義,花蓮,香港,屏東";
    "Korean" ["euc-kr"] "이름;성;회사;도시"
        "민준 서연 도윤 지우 하준 수아 은우 서현 지훈 예은 영희 철수 미경 정숙 상호 보람"
        "김 이 박 최 정 강 조 윤 장 임 한 오 서 신 권 황 안 송 류 홍"
        "주식회사 *,한빛전자,푸른물산,새한건설,*씨네 빵집,태평양 무역,누리 소프트웨어"
        "서울,부산,대구광역시,인천,광주,대전,울산,제주,수원,춘천";
}
